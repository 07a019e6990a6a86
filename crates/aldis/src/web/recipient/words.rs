//! The words of the recipient pages and of the mail that brings a link, in five languages.
//!
//! They name no organisation and no product. Texts of warnings are not translated here: what was
//! approved is what is shown.

/// Words of a mail that brings a link.
pub struct MailWords {
    /// The subject.
    pub subject: &'static str,
    /// The line before the link.
    pub message: &'static str,
    /// The line after the link.
    pub answer: &'static str,
}

/// Returns the words of a mail in a language; English where we have none.
pub fn mail_words(language: &str) -> MailWords {
    let words = Words::of(language);
    MailWords { subject: words.title, message: words.mail_message, answer: words.mail_answer }
}

/// The words of one language.
pub(super) struct Words {
    pub(super) code: &'static str,
    pub(super) dir: &'static str,
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    pub(super) leave: &'static str,
    pub(super) history: &'static str,
    pub(super) language: &'static str,
    pub(super) tell: &'static str,
    pub(super) real: &'static str,
    pub(super) your_answer: &'static str,
    pub(super) read: &'static str,
    pub(super) call: &'static str,
    pub(super) dispute: &'static str,
    pub(super) not_me: &'static str,
    pub(super) more: &'static str,
    pub(super) send: &'static str,
    pub(super) choose: &'static str,
    pub(super) reason: &'static str,
    pub(super) received: &'static str,
    pub(super) receipt: &'static str,
    pub(super) close: &'static str,
    pub(super) other: &'static str,
    pub(super) slow: &'static str,
    pub(super) gone: &'static str,
    pub(super) phrase: &'static str,
    pub(super) show: &'static str,
    pub(super) exercise: &'static str,
    mail_message: &'static str,
    mail_answer: &'static str,
}

impl Words {
    /// Finds the words of a language; English where we have none.
    pub(super) fn of(language: &str) -> &'static Self {
        let code = language.split(['-', '_']).next().unwrap_or_default();
        ALL.iter().find(|words| words.code == code).unwrap_or(&EN)
    }

    /// Lists the four answers with their words, in the order they are offered.
    pub(super) fn answers(&self) -> [(&'static str, &'static str); 4] {
        [
            ("read", self.read),
            ("call_me", self.call),
            ("do_not_accept", self.dispute),
            ("not_me", self.not_me),
        ]
    }
}

/// All languages, in the order they are offered.
pub(super) const ALL: &[Words] = &[EN, RU, UK, AR, FA];

const EN: Words = Words {
    code: "en",
    dir: "ltr",
    name: "English",
    title: "A message for you",
    leave: "Leave this page",
    history: "Leaving does not erase this page from the history of your browser.",
    language: "Language",
    tell: "What we can tell you",
    real: "Is this real? Call the officer you already know and ask for these words:",
    your_answer: "Your answer",
    read: "I have read this",
    call: "I have read this. Please call me",
    dispute: "I do not accept this warning",
    not_me: "This is not meant for me",
    more: "Anything you want to tell us (if you do not accept this: why)",
    send: "Send answer",
    choose: "Choose one of the four answers.",
    reason: "Please write why you do not accept this warning.",
    received: "Answer received",
    receipt: "Receipt:",
    close: "You can close this page. If you need help now, call the emergency number.",
    other: "Another answer was received before, and the first one stands. If it was wrong, call the officer you already know.",
    slow: "Too many attempts. Please wait one minute and try again.",
    gone: "There is no message here, or it is no longer shown, or it wants the right phrase first. If you expected one, call the officer you already know.",
    phrase: "If you agreed on a phrase or number with the officer, write it here:",
    show: "Show the message",
    exercise: "EXERCISE: nothing has happened.",
    mail_message: "There is a message for you. It is on this page:",
    mail_answer: "Please read it and answer there. You need no password. If you did not expect this, call the officer you already know.",
};

const RU: Words = Words {
    code: "ru",
    dir: "ltr",
    name: "Русский",
    title: "Сообщение для вас",
    leave: "Покинуть страницу",
    history: "Уход со страницы не удаляет её из истории браузера.",
    language: "Язык",
    tell: "Что мы можем вам сообщить",
    real: "Это правда? Позвоните знакомому вам сотруднику и попросите назвать эти слова:",
    your_answer: "Ваш ответ",
    read: "Я прочитал(а) это",
    call: "Я прочитал(а) это. Позвоните мне, пожалуйста",
    dispute: "Я не принимаю это предупреждение",
    not_me: "Это предназначено не мне",
    more: "Что ещё вы хотите нам сообщить (если не принимаете: почему)",
    send: "Отправить ответ",
    choose: "Выберите один из четырёх ответов.",
    reason: "Пожалуйста, напишите, почему вы не принимаете это предупреждение.",
    received: "Ответ получен",
    receipt: "Подтверждение:",
    close: "Вы можете закрыть эту страницу. Если вам нужна помощь сейчас, позвоните по номеру экстренной службы.",
    other: "Раньше был получен другой ответ, и он остаётся в силе. Если он был ошибочным, позвоните знакомому вам сотруднику.",
    slow: "Слишком много попыток. Подождите минуту и попробуйте снова.",
    gone: "Здесь нет сообщения, или оно больше не показывается, или сначала нужна верная фраза. Если вы его ждали, позвоните знакомому вам сотруднику.",
    phrase: "Если вы договорились с сотрудником о фразе или числе, напишите их здесь:",
    show: "Показать сообщение",
    exercise: "УЧЕНИЯ: ничего не произошло.",
    mail_message: "Для вас есть сообщение. Оно на этой странице:",
    mail_answer: "Пожалуйста, прочитайте его и ответьте там же. Пароль не нужен. Если вы этого не ждали, позвоните знакомому вам сотруднику.",
};

const UK: Words = Words {
    code: "uk",
    dir: "ltr",
    name: "Українська",
    title: "Повідомлення для вас",
    leave: "Залишити сторінку",
    history: "Вихід зі сторінки не видаляє її з історії браузера.",
    language: "Мова",
    tell: "Що ми можемо вам повідомити",
    real: "Це правда? Зателефонуйте знайомому вам співробітнику й попросіть назвати ці слова:",
    your_answer: "Ваша відповідь",
    read: "Я прочитав(ла) це",
    call: "Я прочитав(ла) це. Зателефонуйте мені, будь ласка",
    dispute: "Я не приймаю це попередження",
    not_me: "Це призначено не мені",
    more: "Що ще ви хочете нам повідомити (якщо не приймаєте: чому)",
    send: "Надіслати відповідь",
    choose: "Виберіть одну з чотирьох відповідей.",
    reason: "Будь ласка, напишіть, чому ви не приймаєте це попередження.",
    received: "Відповідь отримано",
    receipt: "Підтвердження:",
    close: "Ви можете закрити цю сторінку. Якщо вам потрібна допомога зараз, зателефонуйте за номером екстреної служби.",
    other: "Раніше було отримано іншу відповідь, і вона лишається чинною. Якщо вона була помилковою, зателефонуйте знайомому вам співробітнику.",
    slow: "Забагато спроб. Зачекайте хвилину й спробуйте знову.",
    gone: "Тут немає повідомлення, або воно більше не показується, або спершу потрібна правильна фраза. Якщо ви його чекали, зателефонуйте знайомому вам співробітнику.",
    phrase: "Якщо ви домовилися зі співробітником про фразу або число, напишіть їх тут:",
    show: "Показати повідомлення",
    exercise: "НАВЧАННЯ: нічого не сталося.",
    mail_message: "Для вас є повідомлення. Воно на цій сторінці:",
    mail_answer: "Будь ласка, прочитайте його й дайте відповідь там само. Пароль не потрібен. Якщо ви цього не чекали, зателефонуйте знайомому вам співробітнику.",
};

const AR: Words = Words {
    code: "ar",
    dir: "rtl",
    name: "العربية",
    title: "رسالة لك",
    leave: "مغادرة هذه الصفحة",
    history: "مغادرة الصفحة لا تمحوها من سجل المتصفح.",
    language: "اللغة",
    tell: "ما يمكننا إخبارك به",
    real: "هل هذا حقيقي؟ اتصل بالضابط الذي تعرفه واسأله عن هذه الكلمات:",
    your_answer: "ردك",
    read: "لقد قرأت هذا",
    call: "لقد قرأت هذا، أرجو الاتصال بي",
    dispute: "لا أقبل هذا التحذير",
    not_me: "هذا ليس موجها إلي",
    more: "أي شيء تود إخبارنا به (إن كنت لا تقبل: لماذا)",
    send: "إرسال الرد",
    choose: "اختر واحدا من الردود الأربعة.",
    reason: "يرجى كتابة سبب عدم قبولك هذا التحذير.",
    received: "وصل ردك",
    receipt: "رقم الإيصال:",
    close: "يمكنك إغلاق هذه الصفحة. إذا كنت بحاجة إلى مساعدة الآن فاتصل برقم الطوارئ.",
    other: "وصل رد آخر من قبل، والرد الأول هو المعتمد. إن كان خاطئا فاتصل بالضابط الذي تعرفه.",
    slow: "محاولات كثيرة جدا. انتظر دقيقة ثم حاول مرة أخرى.",
    gone: "لا توجد رسالة هنا، أو لم تعد معروضة، أو يلزم أولاً كتابة العبارة الصحيحة. إن كنت تنتظر رسالة فاتصل بالضابط الذي تعرفه.",
    phrase: "إن كنت قد اتفقت مع الضابط على عبارة أو رقم فاكتبه هنا:",
    show: "عرض الرسالة",
    exercise: "تمرين: لم يحدث شيء.",
    mail_message: "لديك رسالة. تجدها في هذه الصفحة:",
    mail_answer: "يرجى قراءتها والرد هناك. لا تحتاج إلى كلمة مرور. إن لم تكن تنتظرها فاتصل بالضابط الذي تعرفه.",
};

const FA: Words = Words {
    code: "fa",
    dir: "rtl",
    name: "فارسی",
    title: "پیامی برای شما",
    leave: "ترک این صفحه",
    history: "ترک صفحه آن را از تاریخچهٔ مرورگر پاک نمی‌کند.",
    language: "زبان",
    tell: "آنچه می‌توانیم به شما بگوییم",
    real: "آیا این واقعی است؟ به افسری که می‌شناسید زنگ بزنید و این کلمه‌ها را بپرسید:",
    your_answer: "پاسخ شما",
    read: "این را خوانده‌ام",
    call: "این را خوانده‌ام، لطفاً به من زنگ بزنید",
    dispute: "این هشدار را نمی‌پذیرم",
    not_me: "این برای من نیست",
    more: "هر چه می‌خواهید به ما بگویید (اگر نمی‌پذیرید: چرا)",
    send: "فرستادن پاسخ",
    choose: "یکی از چهار پاسخ را برگزینید.",
    reason: "لطفاً بنویسید چرا این هشدار را نمی‌پذیرید.",
    received: "پاسخ دریافت شد",
    receipt: "رسید:",
    close: "می‌توانید این صفحه را ببندید. اگر اکنون به کمک نیاز دارید، به شمارهٔ اضطراری زنگ بزنید.",
    other: "پیش‌تر پاسخ دیگری دریافت شده و همان پاسخ نخست معتبر است. اگر اشتباه بود، به افسری که می‌شناسید زنگ بزنید.",
    slow: "تلاش‌ها بیش از اندازه است. یک دقیقه صبر کنید و دوباره بکوشید.",
    gone: "پیامی اینجا نیست یا دیگر نشان داده نمی‌شود یا نخست عبارت درست لازم است. اگر منتظر پیامی بودید، به افسری که می‌شناسید زنگ بزنید.",
    phrase: "اگر با افسر عبارت یا عددی قرار گذاشته‌اید، آن را اینجا بنویسید:",
    show: "نمایش پیام",
    exercise: "تمرین: اتفاقی نیفتاده است.",
    mail_message: "پیامی برای شما هست. در این صفحه است:",
    mail_answer: "لطفاً آن را بخوانید و همان‌جا پاسخ دهید. گذرواژه لازم نیست. اگر منتظرش نبودید، به افسری که می‌شناسید زنگ بزنید.",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_is_found_by_its_code_and_an_unknown_one_is_english() {
        for words in ALL {
            assert_eq!(Words::of(words.code).name, words.name);
        }
        assert_eq!(Words::of("uk-UA").code, "uk");
        assert_eq!(Words::of("xx").code, "en");
    }

    #[test]
    fn no_language_names_the_product() {
        for words in ALL {
            for text in [words.title, words.mail_message, words.mail_answer, words.gone] {
                assert!(!text.to_lowercase().contains("aldis"), "{text}");
            }
        }
    }
}
