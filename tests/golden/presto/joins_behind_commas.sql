SELECT a.id, h.name, k.tiny FROM parity.sales AS a, parity.shops AS h RIGHT JOIN parity.kinds AS k ON k.s = h.name WHERE a.id > 1
