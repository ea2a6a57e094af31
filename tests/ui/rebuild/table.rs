#[derive(lakequery::LakeTable)]
#[lake(table = "tpch.nation")]
pub struct Nation {
    pub n_name: String,
}
