"""Study folders of Parquet files as columns: for engines that judge many participants at once."""
