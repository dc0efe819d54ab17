mod databases;
mod mmdb_writer;
mod table;
