"""What the documents ask per center: targets, visits, hosts, slots and beds handed down, teams."""
