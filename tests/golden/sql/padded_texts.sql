SELECT upper('ab') AS v UNION SELECT cc_street_number FROM tpcds.call_center
