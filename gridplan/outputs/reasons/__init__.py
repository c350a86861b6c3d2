"""Why a center is here and not elsewhere, told."""
