SELECT lake_cast(upper('ab'), 'char(65536)') AS v UNION SELECT lake_cast(cc_street_number, 'char(65536)') AS cc_street_number FROM tpcds.call_center
