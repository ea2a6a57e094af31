SELECT CAST(upper('ab') AS CHAR(65536)) AS v UNION SELECT cc_street_number FROM tpcds.call_center
