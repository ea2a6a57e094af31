SELECT avg(sign(c_acctbal)) AS mean, sum(sign(c_acctbal)) AS total, avg(c_acctbal) AS balance FROM tpch.customer
