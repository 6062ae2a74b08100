"""breachwire: reads news feeds every night and keeps one row per cyber incident."""
