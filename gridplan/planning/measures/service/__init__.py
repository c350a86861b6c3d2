"""What centers are to render: services, visits, staff, workload."""
