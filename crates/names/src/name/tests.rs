use super::*;

fn roles(name: &str) -> Vec<Role> {
    Name::new(name).parts().iter().map(|p| p.role).collect()
}

#[test]
fn parts_have_roles() {
    assert_eq!(roles("Aleksandr Nikolayevich Poteyev"), [Role::Name, Role::Patronymic, Role::Name]);
    assert_eq!(roles("Sergey Stankevich"), [Role::Name, Role::Name]);
    assert_eq!(roles("S. Skripal"), [Role::Initial, Role::Name]);
    assert_eq!(roles("OOO Azimut"), [Role::Name]);
    assert_eq!(roles("Brigade 12"), [Role::Body, Role::Number]);
    assert_eq!(roles("Bashar al-Assad"), [Role::Name, Role::Particle, Role::Name]);
}

#[test]
fn a_name_in_one_piece_is_cut() {
    assert_eq!(roles("习近平").len(), 2);
    assert_eq!(roles("김정은").len(), 2);
    assert_eq!(roles("蒂姆·斯科特").len(), 2);
    assert_eq!(roles("JohnTaylor").len(), 2);
}

#[test]
fn a_name_of_fillers_keeps_them_and_an_empty_one_has_no_parts() {
    assert_eq!(roles("The Company Ltd").len(), 3);
    assert!(Name::new("— …").is_empty() && Name::new("").is_empty());
}

#[test]
fn a_very_long_name_is_cut_short() {
    let long = "Ivanov ".repeat(10_000);
    assert_eq!(Name::new(&long).parts().len(), PARTS_MAX);
}
