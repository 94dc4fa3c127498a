"""What mail and push say, in the languages of the pages. Written with the pages' terms: what was
said, what was confirmed; nothing that is only said is called money. Numbers stand behind a colon,
so that no language has to count them in its grammar."""

from collections.abc import Mapping
from types import MappingProxyType

_KEYS = (
    *("said", "confirmed", "reversed", "undone", "erased", "open", "not_money"),
    *("day", "settled", "payments", "why", "stop", "stopped", "ask_stop"),
)


def _texts(*texts: str) -> Mapping[str, str]:
    return MappingProxyType(dict(zip(_KEYS, texts, strict=True)))


WORDS: Mapping[str, Mapping[str, str]] = {
    "en": _texts(
        "Says paid", "Confirmed: the money is there", "The money didn’t come",
        "Undone: as it was before", "Who paid and why was erased", "Not confirmed yet",
        "This is what the payer says. Look whether the money is there.",
        "The day", "Settled by the bank's statement", "Payments", "Why",
        "No more of these mails", "No more mails will come about this payee.",
        "Stop the mails about this payee?",
    ),
    "hi": _texts(
        "बताया: पैसे दे दिए", "पक्का: पैसे आ गए", "पैसे नहीं आए", "पहले जैसा किया गया",
        "किसने और क्यों दिए, मिटाया गया", "अभी पक्का नहीं",
        "यह देने वाले का कहना है। देखें कि पैसे आए या नहीं।", "आज का दिन",
        "बैंक स्टेटमेंट से पक्का", "पेमेंट", "किसलिए", "ये मेल बंद करें",
        "इनके बारे में अब मेल नहीं आएँगे।", "इनके बारे में मेल बंद करें?",
    ),
    "mr": _texts(
        "सांगितले: पैसे दिले", "खात्री झाली: पैसे आले", "पैसे आले नाहीत",
        "पूर्ववत केले", "कोणी आणि कशासाठी दिले ते पुसले", "अजून खात्री नाही",
        "हे देणाऱ्यांचे म्हणणे आहे. पैसे आले का ते पाहा.", "आजचा दिवस",
        "बँक स्टेटमेंटवरून खात्री", "पेमेंट", "कशासाठी", "हे मेल बंद करा",
        "यांच्याबद्दल आता मेल येणार नाहीत.", "यांच्याबद्दलचे मेल बंद करायचे?",
    ),
    "kn": _texts(
        "ಹಣ ಕೊಟ್ಟಿದ್ದಾಗಿ ಹೇಳಿದ್ದಾರೆ", "ಖಚಿತ: ಹಣ ಬಂದಿದೆ", "ಹಣ ಬಂದಿಲ್ಲ",
        "ಹಿಂದಿನಂತೆ ಮಾಡಲಾಗಿದೆ", "ಯಾರು, ಏಕೆ ಕೊಟ್ಟರು ಎಂಬುದನ್ನು ಅಳಿಸಲಾಗಿದೆ", "ಇನ್ನೂ ಖಚಿತವಾಗಿಲ್ಲ",
        "ಇದು ಕೊಡುವವರ ಮಾತು. ಹಣ ಬಂದಿದೆಯೇ ನೋಡಿ.", "ಇಂದಿನ ದಿನ",
        "ಬ್ಯಾಂಕ್ ಸ್ಟೇಟ್‌ಮೆಂಟ್‌ನಿಂದ ಖಚಿತ", "ಪಾವತಿಗಳು", "ಏಕೆ", "ಈ ಮೇಲ್‌ಗಳು ಬೇಡ",
        "ಇವರ ಬಗ್ಗೆ ಇನ್ನು ಮೇಲ್ ಬರುವುದಿಲ್ಲ.", "ಇವರ ಬಗ್ಗೆ ಮೇಲ್ ನಿಲ್ಲಿಸಬೇಕೇ?",
    ),
    "ta": _texts(
        "பணம் கொடுத்ததாகச் சொன்னார்", "உறுதி: பணம் வந்தது", "பணம் வரவில்லை",
        "முன்போல் மாற்றப்பட்டது", "யார், ஏன் கொடுத்தார் என்பது அழிக்கப்பட்டது",
        "இன்னும் உறுதியாகவில்லை", "இது தருபவர் சொன்னது. பணம் வந்ததா எனப் பாருங்கள்.",
        "இன்று", "வங்கி அறிக்கையால் உறுதி", "பணம் தந்தவை", "எதற்காக",
        "இந்த மின்னஞ்சல்கள் வேண்டாம்", "இவரைப் பற்றி இனி மின்னஞ்சல் வராது.",
        "இவரைப் பற்றிய மின்னஞ்சலை நிறுத்தவா?",
    ),
    "te": _texts(
        "డబ్బు ఇచ్చినట్లు చెప్పారు", "నిర్ధారణ అయింది: డబ్బు వచ్చింది", "డబ్బు రాలేదు",
        "మునుపటిలా చేశారు", "ఎవరు, ఎందుకు ఇచ్చారో తుడిచేశారు", "ఇంకా నిర్ధారణ కాలేదు",
        "ఇది ఇచ్చినవారి మాట. డబ్బు వచ్చిందో చూడండి.", "ఈ రోజు",
        "బ్యాంక్ స్టేట్‌మెంట్‌తో నిర్ధారణ", "చెల్లింపులు", "ఎందుకు", "ఈ మెయిల్‌లు వద్దు",
        "వీరి గురించి ఇక మెయిల్‌లు రావు.", "వీరి గురించి మెయిల్‌లు ఆపాలా?",
    ),
    "bn": _texts(
        "বলেছেন: টাকা দিয়েছেন", "নিশ্চিত: টাকা এসেছে", "টাকা আসেনি",
        "আগের মতো করা হয়েছে", "কে, কেন দিয়েছেন তা মোছা হয়েছে", "এখনও নিশ্চিত নয়",
        "এটি যিনি দিয়েছেন তাঁর কথা। টাকা এসেছে কি না দেখুন।", "আজকের দিন",
        "ব্যাংক স্টেটমেন্ট দিয়ে নিশ্চিত", "পেমেন্ট", "কেন", "এই মেল আর নয়",
        "এঁর বিষয়ে আর মেল আসবে না।", "এঁর বিষয়ে মেল বন্ধ করবেন?",
    ),
    "es": _texts(
        "Dice que pagó", "Confirmado: llegó el dinero", "El dinero no llegó",
        "Deshecho: como antes", "Se borró quién pagó y por qué", "Aún sin confirmar",
        "Esto lo dice quien paga. Mire si llegó el dinero.", "El día",
        "Confirmado por el extracto del banco", "Pagos", "Motivo", "No recibir más estos correos",
        "No llegarán más correos sobre esto.", "¿Dejar de enviar estos correos?",
    ),
    "fr": _texts(
        "Dit avoir payé", "Confirmé : l’argent est là", "L’argent n’est pas arrivé",
        "Annulation : comme avant", "Qui a payé et pourquoi a été effacé", "Pas encore confirmé",
        "C’est ce que dit la personne qui paie. Vérifiez que l’argent est là.", "La journée",
        "Confirmé par le relevé bancaire", "Paiements", "Motif", "Ne plus recevoir ces mails",
        "Il n’y aura plus de mails à ce sujet.", "Arrêter ces mails ?",
    ),
    "de": _texts(
        "Sagt, bezahlt zu haben", "Bestätigt: Das Geld ist da",
        "Geld nicht angekommen", "Rückgängig: wie zuvor",
        "Wer zahlte und wofür, wurde gelöscht", "Noch nicht bestätigt",
        "Das sagt, wer zahlt. Sehen Sie nach, ob das Geld da ist.", "Der Tag",
        "Bestätigt durch den Kontoauszug", "Zahlungen", "Wofür", "Keine dieser Mails mehr",
        "Hierzu kommen keine Mails mehr.", "Diese Mails beenden?",
    ),
    "pt-BR": _texts(
        "Diz que pagou", "Confirmado: o dinheiro chegou", "O dinheiro não chegou",
        "Desfeito: como antes", "Quem pagou e por quê foi apagado", "Ainda não confirmado",
        "É o que diz quem paga. Veja se o dinheiro chegou.", "O dia",
        "Confirmado pelo extrato do banco", "Pagamentos", "Motivo", "Não quero mais estes e-mails",
        "Não virão mais e-mails sobre isto.", "Parar estes e-mails?",
    ),
    "pt-PT": _texts(
        "Diz que pagou", "Confirmado: o dinheiro chegou", "O dinheiro não chegou",
        "Anulado: como antes", "Quem pagou e porquê foi apagado", "Ainda por confirmar",
        "É o que diz quem paga. Veja se o dinheiro chegou.", "O dia",
        "Confirmado pelo extrato do banco", "Pagamentos", "Motivo", "Não quero mais estes e-mails",
        "Não virão mais e-mails sobre isto.", "Parar estes e-mails?",
    ),
    "id": _texts(
        "Katanya sudah bayar", "Sudah dicek: uang masuk", "Uang tidak masuk",
        "Dikembalikan seperti semula", "Siapa yang bayar dan untuk apa sudah dihapus",
        "Uang belum dicek", "Ini kata pembayar. Lihat apakah uangnya masuk.", "Hari ini",
        "Dicek dari rekening koran", "Pembayaran", "Untuk", "Hentikan email ini",
        "Tidak akan ada email lagi tentang ini.", "Hentikan email ini?",
    ),
    "sw": _texts(
        "Anasema amelipa", "Pesa zimeonekana", "Pesa hazijafika",
        "Imetenguliwa: kama awali", "Aliyelipa na sababu vimefutwa", "Pesa bado kuonekana",
        "Haya ni maneno ya mlipaji. Angalia kama pesa zimefika.", "Siku",
        "Imeonekana kwenye taarifa ya benki", "Malipo", "Sababu", "Acha kutuma barua pepe hizi",
        "Hakuna barua pepe zaidi kuhusu hili.", "Acha barua pepe hizi?",
    ),
    "ar": _texts(
        "يقول إنه دفع", "تم التأكيد: وصل المال", "لم يصل المال", "تم التراجع: كما كان",
        "حُذف من دفع ولماذا", "لم يتم التأكيد بعد", "هذا قول الدافع. انظر هل وصل المال.", "اليوم",
        "مؤكد من كشف البنك", "الدفعات", "السبب", "إيقاف هذه الرسائل",
        "لن تصل رسائل أخرى عن هذا.", "إيقاف هذه الرسائل؟",
    ),
}  # fmt: skip


def words_of(language: str) -> Mapping[str, str]:
    """English where a language is not known here."""
    return WORDS.get(language, WORDS["en"])
