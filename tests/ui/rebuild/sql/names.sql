SELECT c_name FROM tpch.customer
