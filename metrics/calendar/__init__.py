"""CALENDAR: which days a period has, how it is compared, and where it stands."""
