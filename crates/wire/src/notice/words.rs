//! The fixed words of the printed notice, in five languages.

/// The words of one language.
pub(super) struct Words {
    pub(super) code: &'static str,
    pub(super) rtl: bool,
    pub(super) exercise: &'static str,
    pub(super) title: &'static str,
    pub(super) why: &'static str,
    pub(super) tell: &'static str,
    pub(super) real: &'static str,
    pub(super) ask: &'static str,
    pub(super) now: &'static str,
    pub(super) emergency: &'static str,
    pub(super) answer: &'static str,
    pub(super) keep: &'static str,
    pub(super) officer: &'static str,
    pub(super) when: &'static str,
    pub(super) who: &'static str,
    pub(super) witness: &'static str,
    pub(super) said: &'static str,
}

impl Words {
    /// Finds the words of a language; English where we have none.
    pub(super) fn of(language: &str) -> &'static Self {
        let code = language.split(['-', '_']).next().unwrap_or_default();
        ALL.iter().find(|words| words.code == code).unwrap_or(&EN)
    }
}

pub(super) static ALL: [Words; 5] = [EN, RU, UK, AR, FA];

const EN: Words = Words {
    code: "en",
    rtl: false,
    exercise: "EXERCISE. None of this has happened.",
    title: "About your safety",
    why: "An officer gives you this paper because your life or health may be in danger. \
          Please read it now, or ask the officer to read it to you.",
    tell: "What we can tell you",
    real: "Is this real?",
    ask: "Call an officer you know, on a number you had before today, and ask for these words:",
    now: "What you can do now",
    emergency: "If you are in danger at this moment, call the emergency number.",
    answer: "Tell the officer what you think of this and what you need. Your words are written down. \
             You may also say nothing.",
    keep: "Keep this paper where nobody else can read it, or give it back.",
    officer: "For the officer",
    when: "Date, time and place",
    who: "Officer, and signature",
    witness: "Witness, and signature",
    said: "What the person said",
};

const RU: Words = Words {
    code: "ru",
    rtl: false,
    exercise: "УЧЕНИЕ. Ничего из этого не произошло.",
    title: "О вашей безопасности",
    why: "Сотрудник передаёт вам этот лист, потому что ваша жизнь или здоровье могут быть в опасности. \
          Пожалуйста, прочитайте его сейчас или попросите прочитать его вслух.",
    tell: "Что мы можем вам сообщить",
    real: "Это правда?",
    ask: "Позвоните знакомому вам сотруднику по номеру, который был у вас раньше, и спросите эти слова:",
    now: "Что можно сделать сейчас",
    emergency: "Если вы в опасности прямо сейчас, звоните по номеру экстренной помощи.",
    answer: "Скажите сотруднику, что вы об этом думаете и что вам нужно. Ваши слова запишут. \
             Вы можете и ничего не говорить.",
    keep: "Храните этот лист там, где его никто не прочтёт, или верните его.",
    officer: "Для сотрудника",
    when: "Дата, время и место",
    who: "Сотрудник и подпись",
    witness: "Свидетель и подпись",
    said: "Что сказал человек",
};

const UK: Words = Words {
    code: "uk",
    rtl: false,
    exercise: "НАВЧАННЯ. Нічого з цього не сталося.",
    title: "Про вашу безпеку",
    why: "Працівник передає вам цей аркуш, бо ваше життя або здоров'я може бути в небезпеці. \
          Будь ласка, прочитайте його зараз або попросіть прочитати його вголос.",
    tell: "Що ми можемо вам повідомити",
    real: "Це правда?",
    ask: "Зателефонуйте знайомому вам працівнику на номер, який ви мали раніше, і запитайте ці слова:",
    now: "Що можна зробити зараз",
    emergency: "Якщо ви в небезпеці просто зараз, телефонуйте на номер екстреної допомоги.",
    answer: "Скажіть працівнику, що ви про це думаєте і що вам потрібно. Ваші слова запишуть. \
             Ви можете й нічого не казати.",
    keep: "Зберігайте цей аркуш там, де його ніхто не прочитає, або поверніть його.",
    officer: "Для працівника",
    when: "Дата, час і місце",
    who: "Працівник і підпис",
    witness: "Свідок і підпис",
    said: "Що сказала людина",
};

const AR: Words = Words {
    code: "ar",
    rtl: true,
    exercise: "تمرين. لم يحدث شيء من هذا.",
    title: "بشأن سلامتك",
    why: "يسلمك أحد الضباط هذه الورقة لأن حياتك أو صحتك قد تكون في خطر. \
          يرجى قراءتها الآن، أو اطلب من الضابط أن يقرأها لك.",
    tell: "ما يمكننا إخبارك به",
    real: "هل هذا حقيقي؟",
    ask: "اتصل بضابط تعرفه على رقم كان لديك من قبل، واسأله عن هذه الكلمات:",
    now: "ما يمكنك فعله الآن",
    emergency: "إذا كنت في خطر في هذه اللحظة فاتصل برقم الطوارئ.",
    answer: "قل للضابط ما رأيك في هذا وما الذي تحتاج إليه. ستكتب كلماتك كما هي. ويمكنك ألا تقول شيئا.",
    keep: "احفظ هذه الورقة حيث لا يقرؤها أحد غيرك، أو أعدها.",
    officer: "للضابط",
    when: "التاريخ والوقت والمكان",
    who: "الضابط والتوقيع",
    witness: "الشاهد والتوقيع",
    said: "ما قاله الشخص",
};

const FA: Words = Words {
    code: "fa",
    rtl: true,
    exercise: "تمرین. هیچ‌یک از این‌ها رخ نداده است.",
    title: "دربارهٔ امنیت شما",
    why: "یک افسر این برگه را به شما می‌دهد چون جان یا سلامت شما ممکن است در خطر باشد. \
          لطفاً همین حالا آن را بخوانید، یا از افسر بخواهید برایتان بخواند.",
    tell: "آنچه می‌توانیم به شما بگوییم",
    real: "آیا این واقعی است؟",
    ask: "به افسری که می‌شناسید با شماره‌ای که از پیش داشتید زنگ بزنید و این کلمه‌ها را بپرسید:",
    now: "آنچه اکنون می‌توانید انجام دهید",
    emergency: "اگر همین لحظه در خطر هستید، به شمارهٔ اضطراری زنگ بزنید.",
    answer: "به افسر بگویید دربارهٔ این چه فکر می‌کنید و چه لازم دارید. گفته‌های شما نوشته می‌شود. \
             می‌توانید چیزی هم نگویید.",
    keep: "این برگه را جایی نگه دارید که کسی دیگر نخواند، یا آن را پس بدهید.",
    officer: "برای افسر",
    when: "تاریخ، ساعت و مکان",
    who: "افسر و امضا",
    witness: "شاهد و امضا",
    said: "آنچه شخص گفت",
};
