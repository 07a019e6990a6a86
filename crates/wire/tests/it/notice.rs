//! The printed notice, read by readers of PDF that are not ours: poppler and qpdf.

use aldis_wire::notice::{Notice, pdf};
use std::path::Path;
use std::process::{Command, Stdio};

const LANGUAGES: [(&str, &str, &str); 5] = [
    ("en", "About your safety", "Do not go to the Lantern Hall on 6 May 2031."),
    ("ru", "О вашей безопасности", "Не ходите в зал «Фонарь» 6 мая 2031 года."),
    ("uk", "Про вашу безпеку", "Не йдіть до зали «Ліхтар» 6 травня 2031 року."),
    ("ar", "بشأن سلامتك", "لا تذهب إلى قاعة الفانوس يوم 6 مايو 2031."),
    ("fa", "دربارهٔ امنیت شما", "روز ۶ مه ۲۰۳۱ به تالار فانوس نروید."),
];

/// Says whether the readers are here; if not, the test is skipped, unless that is not allowed.
#[expect(clippy::disallowed_methods, reason = "what a test run requires is said in its surroundings")]
fn has_readers() -> bool {
    let runs = |program: &str, arg: &str| {
        let status = Command::new(program).arg(arg).stdout(Stdio::null()).stderr(Stdio::null()).status();
        status.is_ok_and(|status| status.success())
    };
    let found = runs("pdftotext", "-v") && runs("qpdf", "--version");
    let required = std::env::var("ALDIS_REQUIRE").unwrap_or_default();
    assert!(
        found || !required.split(',').any(|name| name == "pdf"),
        "ALDIS_REQUIRE wants poppler-utils and qpdf"
    );
    if !found {
        println!("skipped: poppler-utils or qpdf not installed");
    }
    found
}

fn made(language: &str, text: &str) -> Vec<u8> {
    let lines = [text.to_owned(), "TEL 112".to_owned()];
    pdf(&Notice {
        language,
        lines: &lines,
        label: "TLP:AMBER",
        code_words: "harbour amber violin",
        reference: "4f1c22ab9d10",
        exercise: false,
    })
    .unwrap()
}

fn run(program: &str, args: &[&str], file: &Path) -> String {
    let done = Command::new(program).args(args).arg(file).output().unwrap();
    assert!(done.status.success(), "{program}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8_lossy(&done.stdout).into_owned()
}

#[test]
fn other_readers_find_one_tagged_page_in_its_language_with_every_word() {
    if !has_readers() {
        return;
    }
    let folder = std::env::temp_dir().join(format!("aldis-notice-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    for (language, title, text) in LANGUAGES {
        let file = folder.join(format!("{language}.pdf"));
        std::fs::write(&file, made(language, text)).unwrap();
        assert!(
            run("qpdf", &["--check"], &file).contains("No syntax or stream encoding errors"),
            "{language}"
        );
        let info = run("pdfinfo", &[], &file);
        for fact in ["Tagged:          yes", "Pages:           1", "595.28 x 841.89 pts (A4)", title] {
            assert!(info.contains(fact), "{language}: {fact} in {info}");
        }
        let json = run("qpdf", &["--json"], &file);
        assert!(
            json.contains(&format!("\"/Lang\": \"u:{language}\""))
                || json.contains(&format!("\"{language}\""))
        );
        // Every letter is embedded, and none is lost: the text comes out as it went in.
        assert!(!run("pdffonts", &[], &file).lines().skip(2).any(|line| line.contains(" no  no ")));
        let structure = run("pdfinfo", &["-struct-text"], &file);
        // Marks, figures and points may be told in another order than they were written in.
        let letter = |c: &char| c.is_alphabetic() && !('\u{64B}'..='\u{65F}').contains(c);
        let plain = |text: &str| text.chars().filter(letter).collect::<String>();
        let read = plain(&text_of(&file));
        for wanted in [title, text, "harbour amber violin", "TLP:AMBER"] {
            assert!(read.contains(&plain(wanted)), "{language}: {wanted} in {read}");
        }
        assert!(structure.contains("H1") && structure.contains("H2"), "{language}: {structure}");
        picture(language, &file);
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

/// Reads the page in its logical order.
fn text_of(file: &Path) -> String {
    let done = Command::new("pdftotext").arg(file).arg("-").output().unwrap();
    assert!(done.status.success());
    String::from_utf8(done.stdout).unwrap()
}

/// Takes the picture for the documentation.
fn picture(language: &str, file: &Path) {
    let pictures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/pictures");
    let target = pictures.join(format!("notice-{language}"));
    let done = Command::new("pdftoppm")
        .args(["-png", "-singlefile", "-r", "72", "-gray"])
        .arg(file)
        .arg(target)
        .status()
        .unwrap();
    assert!(done.success());
}
