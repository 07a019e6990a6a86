//! What must not alarm: names that are ordinary words, and parts of other names.

use super::*;
use crate::NameKind;

fn index(kind: NameKind, names: &[&str], allow: &[&str]) -> Index {
    let own = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let facts = Facts::default();
    let mut register = Register::new();
    register.push(Entry { id: "x".to_owned(), kind, names: own(names), allow: own(allow), facts }).unwrap();
    Index::build(&register).unwrap()
}

fn quoted(index: &Index, text: &str) -> Vec<String> {
    index.screen(text, &mut Scratch::default()).into_iter().map(|hit| hit.quoted).collect()
}

fn person(name: &str, text: &str) -> bool {
    !quoted(&index(NameKind::Person, &[name], &[]), text).is_empty()
}

#[test]
fn a_name_that_is_an_ordinary_word_alarms_only_if_it_is_allowed() {
    let texts = [
        ("Proton", "Вчера ракета «Протон» стартовала, потом прошли протоны"),
        ("Yadro", "Ядро команды приехало вчера в город"),
        ("SULPHUR", "Plants need Sulphur and water, as was said in the report"),
        ("SILICON", "o her geçen gün Silikon Vadisi gibi bir yer olmak istedi"),
        ("Serbian", "He was given Serbian nationality in that year, it was said"),
    ];
    for (name, text) in texts {
        assert_eq!(quoted(&index(NameKind::Organisation, &[name], &[]), text).len(), 0, "{name}");
        assert_eq!(quoted(&index(NameKind::Organisation, &[name], &[name]), text).len(), 1, "{name} allowed");
    }
}

#[test]
fn an_ordinary_word_does_not_silence_the_other_names_of_its_entry() {
    let index = index(NameKind::Organisation, &["Proton", "Khrunichev Space Centre"], &[]);
    assert_eq!(quoted(&index, "it was the Proton of the town"), Vec::<String>::new());
    let text = "it was the Khrunichev Space Centre of the town";
    assert_eq!(quoted(&index, text), ["Khrunichev Space Centre"]);
}

#[test]
fn a_rare_word_is_found_alone_and_three_letters_are_not() {
    let found = |name: &str, text: &str| quoted(&index(NameKind::Organisation, &[name], &[]), text).len();
    assert_eq!(found("Roskomnadzor", "Вчера в решении Роскомнадзора было сказано иначе"), 1);
    assert_eq!(found("SPO", "Они пишут про СПО в своих отчётах"), 0);
}

#[test]
fn names_that_run_on_are_other_names() {
    assert!(!person("Syarhey Rossi", "глава ведомства России Сергей Лавров на встрече сказал"));
    assert!(!person("Nikolai Vasilyev", "там были Виктор Васильев, Николай Кардашев и другие люди"));
    assert!(!person("John Carlo", "it was designed by Juan Carlos Salas, who was there"));
    assert!(!person("Franz Yosef", "the emperor was called Franz Joseph I in that country"));
    assert!(!person("Papp Frantzisko", "сегодня утром Папа Франциск встретился с ними в городе"));
    assert!(!person("Hong Kyong jun", "the island of Hong Kong was given to them in that year"));
    assert!(person("Nikolai Vasilyev", "там были Виктор Кардашев и Николай Васильев с другими"));
}

#[test]
fn a_second_given_name_and_a_particle_may_be_missing_in_the_register() {
    assert!(person("Karl Svanberg", "председатель совета Карл Хенрик Сванберг был там вчера"));
    assert!(person("Marin Pen", "председатель партии Марин Ле Пен была там вчера"));
    assert!(!person("Karl Svanberg", "председатель совета Карл Иванов встретил Хенрика Сванберга"));
}

#[test]
fn the_cases_of_given_names_in_a_vowel_are_read() {
    for (name, text) in [
        ("Sergei Lavrov", "они встретились с Сергеем Лавровым в городе"),
        ("Ilya Mashkov", "это картина Ильи Машкова из города"),
        ("Yulia Safarbakova", "это картина Юлии Сафарбаковой из города"),
        ("Andrey Lugovoy", "это слова Андрея Лугового из города"),
        ("Petr Poroshenko", "президент Пётр Порошенко был в городе"),
    ] {
        assert!(person(name, text), "{name}");
    }
}

#[test]
fn arabic_and_persian_names_are_found_and_ordinary_words_are_not() {
    let text = |name: &str| format!("و قال في الكتاب {name} في المدينة");
    for (name, seen) in [
        ("Mark Latham", "مارك لاذام"),
        ("Ibrahim Najjar", "إبراهيم نجار"),
        ("Tom Hamilton", "تام همیلتون"),
        ("Chuck Schumer", "چاک شومر"),
        ("Nader Moradi", "نادر مرادﻯ"),
        ("Jeff Flake", "جف فلیک"),
    ] {
        assert!(person(name, &text(seen)), "{name}");
    }
    for (name, seen) in
        [("Jose Can", "كان جوزيف"), ("David Mor", "المؤرج ديفيد"), ("Hong Kyong jun", "هونغ كونغ")]
    {
        assert!(!person(name, &text(seen)), "{name}");
    }
}
