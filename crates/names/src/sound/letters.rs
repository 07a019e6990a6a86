//! Which sounds a letter stands for, as data, and the O(1) table made of it.
//!
//! A letter is written as one or two codes, or as up to four plain letters of
//! the English alphabet that the Latin reading then takes together with their
//! neighbours. What has no row here is read through `any_ascii`.
//!
//! Source: ALA-LC and BGN/PCGN romanisation; Revised Romanization of Korean.

use super::codes::*;

/// Marks a byte of the buffer as a code and not as a plain letter.
pub(super) const CODE: u8 = 0x80;

/// The largest character with a row of its own.
const LAST: usize = 0x700;

/// Two bytes for each character: plain letters, or codes with [`CODE`]. A first
/// byte of zero is a letter without a sound; [`UNREAD`] has no row.
static TABLE: [[u8; 2]; LAST] = build();

const UNREAD: [u8; 2] = [0xff, 0xff];

/// Gives the bytes for a character above ASCII, or nothing if no row reads it.
pub(super) fn of(c: char) -> Option<[u8; 2]> {
    let row = TABLE.get(u32::from(c) as usize).copied()?;
    (row != UNREAD).then_some(row)
}

#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler, which checks the bound")]
const fn build() -> [[u8; 2]; LAST] {
    let mut table = [UNREAD; LAST];
    let mut row = 0;
    while row < LETTERS.len() {
        let (letters, codes) = LETTERS[row];
        let bytes = letters.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            // Every letter of the table takes two bytes in UTF-8.
            let c = ((bytes[at] as usize & 0x1f) << 6) | (bytes[at + 1] as usize & 0x3f);
            table[c] = codes;
            at += 2;
        }
        row += 1;
    }
    // Marks and points of Latin, Hebrew and Arabic have no sound of their own.
    let mut c = 0x300;
    while c < 0x370 {
        table[c] = [0, 0];
        c += 1;
    }
    c = 0x591;
    while c < 0x5c8 {
        table[c] = [0, 0];
        c += 1;
    }
    c = 0x610;
    while c < 0x61b {
        table[c] = [0, 0];
        c += 1;
    }
    c = 0x64b;
    while c < 0x660 {
        table[c] = [0, 0];
        c += 1;
    }
    table
}

const fn one(code: u8) -> [u8; 2] {
    [code | CODE, 0]
}

const fn two(first: u8, second: u8) -> [u8; 2] {
    [first | CODE, second | CODE]
}

#[rustfmt::skip]
const LETTERS: &[(&str, [u8; 2])] = &[
    // Latin letters whose mark changes the sound; the rest lose the mark.
    ("ÀÁÂÃàáâãĀāĂăĄąǍǎ", [b'a', 0]),
    ("ÄäÆæƏə", two(A, E)),
    ("ÅåǺǻ", one(A)),
    ("ÇçĆćČčĈĉĊċ", one(CH)),
    ("ĎďĐđ", [b'd', 0]),
    ("Ðð", one(DH)),
    ("ÈÉÊËèéêëĒēĔĕĖėĘęĚě", [b'e', 0]),
    ("ĜĝĠġĢģǦǧ", [b'g', 0]),
    ("Ğğ", one(GH)),
    ("ĤĥĦħ", [b'h', 0]),
    ("ÌÍÎÏìíîïĨĩĪīĬĭĮįİǏǐ", [b'i', 0]),
    ("ı", one(Y)),
    ("Ĵĵ", one(JJ)),
    ("Ķķ", [b'k', 0]),
    ("ĹĺĻļĽľĿŀŁł", [b'l', 0]),
    ("ÑñŃńŅņŇňŊŋ", [b'n', 0]),
    ("ÒÓÔÕòóôõŌōŎŏŐőƠơǑǒ", [b'o', 0]),
    ("ÖöØøŒœ", one(OE)),
    ("ŔŕŖŗŘř", [b'r', 0]),
    ("ŚśŠšŞşȘșŜŝ", one(SH)),
    ("ß", one(S)),
    ("ŢţŤťȚțŦŧ", [b't', 0]),
    ("Þþ", one(TH)),
    ("ÙÚÛùúûŨũŪūŬŭŮůŲųƯưǓǔ", [b'u', 0]),
    ("ÜüŰű", one(UE)),
    ("Ŵŵ", [b'w', 0]),
    ("ÝýÿŸŶŷ", [b'y', 0]),
    ("ŹźŻżŽž", one(ZH)),
    ("ʻʼʽˈ", [0, 0]),
    // Cyrillic.
    ("АаӐӑӒӓ", one(A)),
    ("Бб", one(B)),
    ("ВвЎў", one(V)),
    ("ГгҐґЃѓ", one(G)),
    ("Ғғ", one(GH)),
    ("Дд", one(D)),
    ("ЕеЀѐЭэӘә", one(E)),
    ("Ёё", one(YO)),
    ("Єє", two(J, E)),
    ("ЖжӁӂҖҗ", one(ZH)),
    ("ЗзҘҙ", one(Z)),
    ("ИиЍѝІіӢӣӤӥ", one(I)),
    ("Її", two(J, I)),
    ("ЙйЈј", one(J)),
    ("КкЌќҚқҠҡ", one(K)),
    ("Лл", one(L)),
    ("Мм", one(M)),
    ("НнҢңҤҥ", one(N)),
    ("Оо", one(O)),
    ("ӨөӦӧ", one(OE)),
    ("Пп", one(P)),
    ("Рр", one(R)),
    ("СсҪҫ", one(S)),
    ("Тт", one(T)),
    ("УуӮӯ", one(U)),
    ("ҮүҰұӰӱ", one(UE)),
    ("Фф", one(F)),
    ("Хх", one(KH)),
    ("ҲҳҺһ", one(H)),
    ("Цц", one(TS)),
    ("ЧчҶҷЋћЂђ", one(CH)),
    ("Џџ", one(JJ)),
    ("Ѕѕ", two(D, Z)),
    ("Шш", one(SH)),
    ("Щщ", one(SHCH)),
    ("Ъъ", one(SCHWA)),
    ("Ьь", [0, 0]),
    ("Ыы", one(Y)),
    ("Юю", two(J, U)),
    ("Яя", two(J, A)),
    ("Љљ", two(L, J)),
    ("Њњ", two(N, J)),
    // Greek.
    ("ΑαΆά", one(A)),
    ("Ββϐ", one(V)),
    ("Γγ", one(G)),
    ("Δδ", one(D)),
    ("ΕεΈέ", one(E)),
    ("Ζζ", one(Z)),
    ("ΗηΉήΙιΊίΪϊΐ", one(I)),
    ("Θθ", one(TH)),
    ("Κκ", one(K)),
    ("Λλ", one(L)),
    ("Μμµ", one(M)),
    ("Νν", one(N)),
    ("Ξξ", one(X)),
    ("ΟοΌόΩωΏώ", one(O)),
    ("Ππ", one(P)),
    ("Ρρ", one(R)),
    ("Σσς", one(S)),
    ("Ττ", one(T)),
    ("ΥυΎύΫϋΰ", one(Y)),
    ("Φφ", one(F)),
    ("Χχ", one(KH)),
    ("Ψψ", two(P, S)),
    // Armenian, eastern values.
    ("Աա", one(A)),
    ("ԲբՊպ", one(B)),
    ("Գգ", one(G)),
    ("Դդ", one(D)),
    ("ԵեԷէ", one(E)),
    ("Զզ", one(Z)),
    ("Ըը", one(SCHWA)),
    ("ԹթՏտ", one(T)),
    ("Ժժ", one(ZH)),
    ("Իի", one(I)),
    ("Լլ", one(L)),
    ("Խխ", one(KH)),
    ("ԾծՑց", one(TS)),
    ("ԿկՔք", one(K)),
    ("Հհ", one(H)),
    ("Ձձ", two(D, Z)),
    ("Ղղ", one(GH)),
    ("ՃճՉչ", one(CH)),
    ("Մմ", one(M)),
    ("Յյ", one(J)),
    ("Նն", one(N)),
    ("Շշ", one(SH)),
    ("ՈոՕօ", one(O)),
    ("Ջջ", one(JJ)),
    ("ՌռՐր", one(R)),
    ("Սս", one(S)),
    ("Վվ", one(V)),
    ("Ււ", one(U)),
    ("Փփ", one(P)),
    ("Ֆֆ", one(F)),
    ("և", two(E, V)),
    // Hebrew.
    ("א", one(ALEF)),
    ("ע", one(AIN)),
    ("ב", one(BET)),
    ("ג", one(G)),
    ("ד", one(D)),
    ("ה", one(HEH)),
    ("ו", one(WAW)),
    ("ז", one(Z)),
    ("ח", one(KH)),
    ("טת", one(T)),
    ("י", one(YEH)),
    ("כך", one(KAF)),
    ("ק", one(K)),
    ("ל", one(L)),
    ("מם", one(M)),
    ("נן", one(N)),
    ("ס", one(S)),
    ("פף", one(PE)),
    ("צץ", one(TS)),
    ("ר", one(R)),
    ("ש", one(SHIN)),
    ("װ", one(V)),
    ("ױײ", one(YEH)),
    ("׳״", [0, 0]),
    // Arabic, Persian, Urdu, Pashto, Kurdish.
    ("اأإآٱى", one(ALEF)),
    ("ع", one(AIN)),
    ("ةهۀہھەۃ", one(HEH)),
    ("ب", one(B)),
    ("پ", one(P)),
    ("تطټٹ", one(T)),
    ("ث", one(TH)),
    ("ج", one(JJ)),
    ("چځڃ", one(CH)),
    ("څ", one(TS)),
    ("ح", one(H)),
    ("خ", one(KH)),
    ("دضډڈ", one(D)),
    ("ذ", one(DH)),
    ("رړڑ", one(R)),
    ("زظ", one(Z)),
    ("ژږ", one(ZH)),
    ("سص", one(S)),
    ("شښ", one(SH)),
    ("غ", one(GH)),
    ("ف", one(F)),
    ("ڤ", one(V)),
    ("ق", one(Q)),
    ("كکګ", one(K)),
    ("گڭ", one(G)),
    ("ل", one(L)),
    ("م", one(M)),
    ("نںڼ", one(N)),
    ("وؤۆۇۈۋ", one(WAW)),
    ("يیئېێۍے", one(YEH)),
    ("ءـ", [0, 0]),
];
