//! Writes the inputs that `cargo fuzz` begins with into `fuzz/corpus`.

use std::path::Path;

fn main() -> std::io::Result<()> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
    for property in lakequery_properties::ALL {
        let folder = corpus.join(property.name);
        std::fs::create_dir_all(&folder)?;
        let seeds = (property.seeds)();
        for (i, input) in seeds.iter().enumerate() {
            std::fs::write(folder.join(format!("seed-{i:04}")), input)?;
        }
        println!("{}: {} inputs", property.name, seeds.len());
    }
    Ok(())
}
