SELECT c_name FROM tpch.customer WHERE c_name LIKE 'a\\\\%' AND c_comment LIKE '%50#%%' ESCAPE '#' AND c_address NOT LIKE replace(c_phone, '\\', '\\\\')
