use super::*;

const SAMPLE: &str = "sergei\tсергей\trussian\t300\nsergey\tсергей\trussian\t900\nskripal\tскрипаль\trussian\t2\n\
    george\tجورج\tarabic\t1073\ngeorges\tجورج\tarabic\t223\nobama\t오바마\tkorean\t5\njohann\t约翰\tchinese\t64\nbroken line\n";

#[test]
fn training_twice_gives_the_same_bytes() {
    let models = || {
        let (words, passed) = tokens::read(SAMPLE);
        assert_eq!((words.len(), passed), (7, 1));
        let pivots = tokens::pivot(&words);
        assert!(pivots.iter().any(|p| (p.latin.as_str(), p.other.as_str()) == ("sergei", "sergey")));
        let costs = costs::learn(&words).model;
        let equal = equal::learn(&words, &pivots, &costs).model;
        let made = synthetic::make(&words, &pivots, 300);
        let made_again = synthetic::make(&words, &pivots, 300);
        assert!(!made.is_empty() && made.iter().zip(&made_again).all(|(x, y)| (&x.a, &x.b) == (&y.a, &y.b)));
        [costs, equal, often::learn(&words), pairs::learn(&[], &made).to_bytes()]
    };
    let (first, second) = (models(), models());
    assert!(first == second && first.iter().all(|model| !model.is_empty()));
}

#[test]
fn what_is_the_same_costs_nothing_and_what_is_often_met_little() {
    let text = "skripal\tскрибаль\trussian\t99\n".repeat(80);
    let (words, _) = tokens::read(&text);
    let model = costs::learn(&words).model;
    let table = aldis_names::align::Costs::read(&model, 0);
    use aldis_names::sound::codes::{B, K, P};
    assert_eq!(table.swaps(K)[usize::from(K)], 0);
    assert!(table.swaps(P)[usize::from(B)] < table.swaps(P)[usize::from(K)]);
}

#[test]
fn rows_without_a_free_licence_never_train() {
    let text = "id,type,a,b,label,category,script_a,script_b,src\n\
        1,PER,A B,C D,1,pos-variant,Latn,Latn,ep\n2,PER,\"E, F\",G H,0,neg-close,Latn,Latn,eu\n";
    let rows = labelled::read(text).unwrap();
    assert_eq!(rows[1].a, "E, F");
    assert!(!rows[0].trains() && !rows[0].is_free() && rows[1].is_free());
    assert!(labelled::read("head\nshort,line\n").is_err());
}

#[test]
fn rows_of_one_entity_are_on_one_side_of_the_split() {
    let mut text = "id,type,a,b,label,category,script_a,script_b,src\n".to_owned();
    for at in 0..200 {
        text +=
            &format!("x,PER,Name{at},Nom{at},1,c,Latn,Latn,eu\ny,PER,Nom{at},Nomen{at},1,c,Latn,Latn,eu\n");
    }
    let rows = labelled::read(&text).unwrap();
    assert!(rows.chunks(2).all(|pair| pair[0].trains() == pair[1].trains()));
    let used = rows.iter().filter(|row| row.trains()).count();
    assert!((200..400).contains(&used), "{used}");
}

#[test]
fn a_forest_learns_what_is_there_and_keeps_its_bounds() {
    let rows: Vec<forest::Row<2>> =
        (0..200_u8).map(|at| forest::Row { features: [at, at % 7], same: at > 99, weight: 1.0 }).collect();
    let plan = forest::Plan { trees: 20, rate: 0.3, leaf_min: 1.0, monotone: &[1, 0] };
    let found = forest::train(&rows, &plan);
    assert!(found.odds(&[180, 3]) > 1.0 && found.odds(&[20, 3]) < -1.0);
    assert!((0..255).all(|at| found.odds(&[at, 3]) <= found.odds(&[at + 1, 3])));
}

#[test]
fn the_logarithm_is_right_to_the_step() {
    for (x, bits) in [(1, 0), (2, 256), (1024, 2560), (3, 405)] {
        assert_eq!(costs::log2(x), bits, "{x}");
    }
}
