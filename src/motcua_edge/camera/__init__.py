"""The camera agent: runs the engine on one or many cameras and reports to the centre."""
