"""A second, deliberately simple reading of what policies and programs mean, against which the engines are tested."""
