"""What people call a column, in five languages, and the words of some columns' values.

They are what spreadsheets and programs of each country write, not what the import is known to take.
"""

import random
from collections.abc import Mapping

# fmt: off
TITLES: Mapping[str, Mapping[str, list[str]]] = {
    "client": {
        "en": ["Client", "Customer", "Client name", "Customer name", "Account name", "Company", "Company name"],
        "es": ["Cliente", "Nombre del cliente", "Empresa"], "pl": ["Klient", "Nazwa klienta", "Nabywca", "Kontrahent"],
        "ru": ["Клиент", "Контрагент", "Заказчик", "Название клиента"],
        "de": ["Kunde", "Kundenname", "Auftraggeber", "Firma"],
    },
    "number": {
        "en": ["Invoice number", "Number", "Invoice no", "Invoice #", "Invoice ID", "Invoice No."],
        "es": ["Número", "Número de factura", "Nº factura", "Factura"],
        "pl": ["Numer", "Numer faktury", "Nr faktury", "Numer dokumentu"],
        "ru": ["Номер", "Номер счета", "Номер счёта", "Номер документа"],
        "de": ["Rechnungsnummer", "Rechnungs-Nr.", "Belegnummer", "Rechnungsnr."],
    },
    "issued_on": {
        "en": ["Issued on", "Invoice date", "Issue date", "Date issued", "Date"],
        "es": ["Fecha de emisión", "Fecha", "Fecha factura", "Fecha de factura"],
        "pl": ["Data wystawienia", "Wystawiono", "Data faktury"], "ru": ["Дата счета", "Дата выставления", "Дата"],
        "de": ["Rechnungsdatum", "Belegdatum", "Datum", "Ausgestellt am"],
    },
    "due_on": {
        "en": ["Due on", "Due date", "Payment due", "Due"], "es": ["Vencimiento", "Fecha de vencimiento", "Vence"],
        "pl": ["Termin płatności", "Termin zapłaty", "Termin"], "ru": ["Срок оплаты", "Оплатить до"],
        "de": ["Fälligkeitsdatum", "Fällig am", "Fälligkeit", "Zahlbar bis"],
    },
    "amount": {
        "en": ["Amount", "Total", "Invoice amount", "Gross amount", "Total amount"],
        "es": ["Importe", "Total", "Importe total"], "pl": ["Kwota", "Kwota brutto", "Wartość brutto", "Razem brutto"],
        "ru": ["Сумма", "Сумма счета", "Итого"], "de": ["Betrag", "Bruttobetrag", "Rechnungsbetrag", "Gesamtbetrag"],
    },
    "paid_amount": {
        "en": ["Paid amount", "Amount paid", "Paid"], "es": ["Pagado", "Importe pagado", "Cobrado"],
        "pl": ["Zapłacono", "Kwota zapłacona"], "ru": ["Оплачено", "Сумма оплаты"],
        "de": ["Bezahlt", "Bezahlter Betrag", "Bereits bezahlt"],
    },
    "balance": {
        "en": ["Balance", "Open balance", "Balance due", "Amount due", "Outstanding", "Open amount", "Still open",
               "Remaining", "Unpaid"],
        "es": ["Pendiente", "Saldo pendiente", "Importe pendiente", "Por cobrar", "Pendiente de pago", "Saldo"],
        "pl": ["Pozostało", "Pozostało do zapłaty", "Do zapłaty", "Saldo", "Kwota pozostała"],
        "ru": ["Остаток", "Задолженность", "К оплате", "Долг", "Остаток долга"],
        "de": ["Offener Betrag", "Offen", "Restbetrag", "Offener Saldo", "Noch offen", "Saldo"],
    },
    "paid_on": {
        "en": ["Paid on", "Payment date", "Date paid", "Paid date"], "es": ["Fecha de pago", "Fecha de cobro"],
        "pl": ["Data zapłaty", "Data płatności"], "ru": ["Дата оплаты", "Дата платежа"],
        "de": ["Zahlungsdatum", "Bezahlt am", "Zahlung am"],
    },
    "currency": {
        "en": ["Currency", "Currency code"], "es": ["Moneda", "Divisa"], "pl": ["Waluta"], "ru": ["Валюта"],
        "de": ["Währung"],
    },
    "status": {
        "en": ["Status", "Invoice status", "Payment status"], "es": ["Estado"], "pl": ["Status", "Stan"],
        "ru": ["Статус"], "de": ["Status", "Zahlungsstatus"],
    },
    "date": {
        "en": ["Date", "Day"], "es": ["Fecha", "Día"], "pl": ["Data", "Dzień"], "ru": ["Дата", "День"],
        "de": ["Datum", "Tag"],
    },
    "spend": {
        "en": ["Spend", "Cost", "Amount spent", "Ad spend"], "es": ["Gasto", "Coste", "Costo", "Inversión"],
        "pl": ["Koszt", "Wydatki"], "ru": ["Расход", "Затраты", "Расходы"], "de": ["Kosten", "Ausgaben"],
    },
    "impressions": {
        "en": ["Impressions", "Impr."], "es": ["Impresiones"], "pl": ["Wyświetlenia"], "ru": ["Показы"],
        "de": ["Impressionen", "Impressions"],
    },
    "clicks": {
        "en": ["Clicks", "Link clicks"], "es": ["Clics"], "pl": ["Kliknięcia"], "ru": ["Клики"],
        "de": ["Klicks", "Clicks"],
    },
    "leads": {"en": ["Leads", "New leads"], "es": ["Leads"], "pl": ["Leady"], "ru": ["Лиды"], "de": ["Leads"]},
    "conversions": {
        "en": ["Conversions", "Conv."], "es": ["Conversiones"], "pl": ["Konwersje"], "ru": ["Конверсии"],
        "de": ["Conversions", "Konversionen"],
    },
    "revenue": {
        "en": ["Revenue", "Conv. value", "Sales"], "es": ["Ingresos"], "pl": ["Przychód", "Przychody"],
        "ru": ["Выручка", "Доход"], "de": ["Umsatz"],
    },
    "source": {
        "en": ["Source", "Platform"], "es": ["Fuente", "Plataforma"], "pl": ["Źródło", "Platforma"],
        "ru": ["Источник"], "de": ["Quelle", "Plattform"],
    },
    "month": {"en": ["Month"], "es": ["Mes"], "pl": ["Miesiąc"], "ru": ["Месяц"], "de": ["Monat"]},
    "metric": {
        "en": ["Metric", "KPI"], "es": ["Métrica", "KPI"], "pl": ["Metryka", "Wskaźnik"], "ru": ["Показатель"],
        "de": ["Kennzahl", "KPI"],
    },
    "target": {
        "en": ["Target", "Goal"], "es": ["Objetivo", "Meta"], "pl": ["Cel"], "ru": ["Цель", "План"], "de": ["Ziel"],
    },
    "hours": {
        "en": ["Hours", "Hours worked", "Duration", "Time spent"], "es": ["Horas", "Duración"],
        "pl": ["Godziny", "Czas"], "ru": ["Часы", "Время"], "de": ["Stunden", "Dauer"],
    },
    "hourly_cost": {
        "en": ["Hourly cost", "Cost per hour", "Cost rate"], "es": ["Coste por hora"], "pl": ["Koszt godziny"],
        "ru": ["Стоимость часа"], "de": ["Stundensatz"],
    },
    "external_id": {
        "en": ["ID", "Client ID", "Customer number", "Key"], "es": ["ID", "ID cliente", "Código de cliente"],
        "pl": ["ID", "ID klienta", "Numer klienta"], "ru": ["Код", "ID клиента", "Код клиента"],
        "de": ["ID", "Kundennummer", "Kunden-Nr."],
    },
    "name": {
        "en": ["Name", "Client", "Company", "Company name", "Customer name"],
        "es": ["Nombre", "Cliente", "Nombre del cliente", "Razón social"], "pl": ["Nazwa", "Klient", "Nazwa klienta"],
        "ru": ["Название", "Клиент", "Компания", "Наименование"], "de": ["Name", "Kunde", "Firma", "Firmenname"],
    },
    "owner": {
        "en": ["Owner", "Account manager", "Manager", "AM"], "es": ["Responsable", "Gestor", "Gestor de cuenta"],
        "pl": ["Opiekun", "Opiekun klienta"], "ru": ["Менеджер", "Ответственный"],
        "de": ["Betreuer", "Kundenbetreuer", "Verantwortlich"],
    },
    "monthly_fee": {
        "en": ["Monthly fee", "Fee", "Retainer"], "es": ["Cuota mensual", "Cuota"], "pl": ["Abonament"],
        "ru": ["Абонплата", "Абонентская плата"], "de": ["Monatshonorar", "Honorar"],
    },
    "started_on": {
        "en": ["Started on", "Start date", "Client since", "Since"],
        "es": ["Fecha de inicio", "Cliente desde", "Inicio"],
        "pl": ["Data rozpoczęcia", "Początek współpracy"], "ru": ["Дата начала", "Начало"],
        "de": ["Beginn", "Kunde seit", "Vertragsbeginn"],
    },
    "contract_end": {
        "en": ["End date", "Contract end", "Ends on", "Contract end date", "Expiry date", "Valid until"],
        "es": ["Fecha de fin", "Fin de contrato", "Fecha fin"],
        "pl": ["Data zakończenia", "Koniec umowy", "Umowa do"], "ru": ["Дата окончания", "Окончание договора"],
        "de": ["Vertragsende", "Enddatum", "Ende"],
    },
    "notes": {
        "en": ["Notes", "Comment"], "es": ["Notas", "Comentarios", "Observaciones"], "pl": ["Uwagi", "Notatki"],
        "ru": ["Заметки", "Комментарий", "Примечание"], "de": ["Notizen", "Bemerkung", "Anmerkungen"],
    },
    "occurred_at": {
        "en": ["Date", "Occurred at", "Date and time", "Activity date", "When"], "es": ["Fecha y hora", "Fecha"],
        "pl": ["Data i godzina", "Data"], "ru": ["Дата и время", "Дата"], "de": ["Zeitpunkt", "Datum"],
    },
    "channel": {"en": ["Channel", "Type"], "es": ["Canal"], "pl": ["Kanał"], "ru": ["Канал"], "de": ["Kanal"]},
    "outcome": {
        "en": ["Outcome", "Result", "Call outcome"], "es": ["Resultado"], "pl": ["Wynik", "Rezultat"],
        "ru": ["Результат"], "de": ["Ergebnis"],
    },
    "activity_state": {
        "en": ["Status", "Done"], "es": ["Estado"], "pl": ["Status"], "ru": ["Статус"],
        "de": ["Status"],
    },
    "summary": {
        "en": ["Summary", "Notes", "Note"], "es": ["Resumen", "Notas"], "pl": ["Notatka", "Opis"],
        "ru": ["Описание", "Заметки"], "de": ["Zusammenfassung", "Notiz"],
    },
    "duration_minutes": {
        "en": ["Duration", "Call duration"], "es": ["Duración"], "pl": ["Czas trwania"], "ru": ["Длительность"],
        "de": ["Dauer"],
    },
    "kind": {
        "en": ["Kind", "Type"], "es": ["Tipo"], "pl": ["Rodzaj", "Typ"], "ru": ["Вид", "Тип"],
        "de": ["Art", "Typ"],
    },
    "occurred_on": {
        "en": ["Date", "Occurred on", "Created at"], "es": ["Fecha"], "pl": ["Data"], "ru": ["Дата"], "de": ["Datum"],
    },
    "value": {
        "en": ["Score", "Value", "Rating"], "es": ["Valor", "Puntuación"], "pl": ["Wartość", "Ocena"],
        "ru": ["Оценка", "Балл"], "de": ["Wert", "Punktzahl", "Bewertung"],
    },
    "note": {
        "en": ["Note", "Comment", "Feedback"], "es": ["Comentario", "Nota"], "pl": ["Uwaga", "Komentarz"],
        "ru": ["Комментарий"], "de": ["Kommentar", "Notiz"],
    },
    "resolved_on": {
        "en": ["Resolved on", "Closed on", "Solved at"], "es": ["Resuelto el", "Cerrado el"],
        "pl": ["Rozwiązano", "Zamknięto"], "ru": ["Решено", "Закрыто"], "de": ["Gelöst am", "Erledigt am"],
    },
    "title": {
        "en": ["Title", "Task"], "es": ["Tarea", "Título"], "pl": ["Zadanie"], "ru": ["Задача"],
        "de": ["Aufgabe"],
    },
    "internal_due_on": {
        "en": ["Internal due on", "Internal deadline", "Deadline"], "es": ["Fecha interna"],
        "pl": ["Termin wewnętrzny"], "ru": ["Внутренний срок"], "de": ["Interner Termin"],
    },
    "promised_on": {
        "en": ["Promised on", "Client deadline"], "es": ["Prometido el"], "pl": ["Termin klienta"], "ru": ["Обещано"],
        "de": ["Zugesagt am"],
    },
    "done_on": {
        "en": ["Done on", "Completed on"], "es": ["Hecho el"], "pl": ["Wykonano", "Zrobiono"], "ru": ["Выполнено"],
        "de": ["Erledigt am"],
    },
    "planned_on": {
        "en": ["Planned on", "Date"], "es": ["Previsto el"], "pl": ["Zaplanowano"], "ru": ["Запланировано"],
        "de": ["Geplant am"],
    },
    "role": {
        "en": ["Role", "Job title"], "es": ["Cargo"], "pl": ["Stanowisko"], "ru": ["Должность"],
        "de": ["Funktion"],
    },
    "email": {
        "en": ["Email", "E-mail"], "es": ["Correo electrónico"], "pl": ["E-mail"], "ru": ["Почта"], "de": ["E-Mail"],
    },
    "decision_maker": {
        "en": ["Decision maker"], "es": ["Decisor"], "pl": ["Decydent"], "ru": ["ЛПР"], "de": ["Entscheider"],
    },
    "contact_name": {
        "en": ["Name", "Full name", "Contact"], "es": ["Nombre", "Contacto"], "pl": ["Imię i nazwisko"], "ru": ["ФИО"],
        "de": ["Name", "Ansprechpartner"],
    },
    # not ours
    "campaign": {
        "en": ["Campaign", "Campaign name", "Ad group"], "es": ["Campaña"], "pl": ["Kampania"], "ru": ["Кампания"],
        "de": ["Kampagne"],
    },
    "task": {
        "en": ["Project", "Description", "User", "Employee"], "es": ["Proyecto"], "pl": ["Projekt"], "ru": ["Проект"],
        "de": ["Projekt", "Mitarbeiter/in"],
    },
    "item": {
        "en": ["Item", "Product/Service", "Item description"], "es": ["Concepto", "Descripción"],
        "pl": ["Pozycja", "Nazwa usługi"], "ru": ["Услуга", "Позиция"], "de": ["Position", "Leistung"],
    },
    "net": {
        "en": ["Line amount", "Net line"], "es": ["Base línea"], "pl": ["Wartość pozycji"], "ru": ["Сумма позиции"],
        "de": ["Positionsbetrag", "Einzelbetrag"],
    },
    "other": {
        "en": ["VAT ID", "Phone no", "Reference"], "es": ["NIF", "Referencia"], "pl": ["NIP", "Uwaga księgowa"],
        "ru": ["ИНН", "Ссылка"], "de": ["USt-IdNr.", "Referenz"],
    },
}

INVOICE_WORDS: Mapping[str, Mapping[str, list[str]]] = {
    "open": {
        "en": ["Open", "Unpaid", "Overdue", "Partially paid", "Sent", "Awaiting payment", "Past due", "Partial",
               "Viewed", "Not paid", "Due"],
        "es": ["Pendiente", "Vencida", "No pagada", "Parcialmente pagada", "Enviada", "Impagada", "Pendiente de cobro"],
        "pl": ["nieopłacona", "przeterminowana", "częściowo opłacona", "Niezapłacona", "wysłana", "po terminie",
               "do zapłaty"],
        "ru": ["Не оплачен", "Частично оплачен", "Просрочен", "Выставлен", "Ожидает оплаты", "Неоплачен"],
        "de": ["Offen", "Überfällig", "Teilbezahlt", "Unbezahlt", "Gemahnt", "Versendet", "Fällig",
               "Teilweise bezahlt", "In Mahnung"],
    },
    "paid": {
        "en": ["Paid", "PAID", "Paid in full", "Settled", "Fully paid"], "es": ["Pagada", "Cobrada", "Pagado"],
        "pl": ["opłacona", "Zapłacona", "rozliczona", "Opłacono", "zapłacono"],
        "ru": ["Оплачен", "Оплачено", "Погашен", "Оплачен полностью"],
        "de": ["Bezahlt", "Beglichen", "Ausgeglichen", "Vollständig bezahlt"],
    },
    "void": {
        "en": ["Void", "Cancelled", "Voided"], "es": ["Anulada", "Cancelada"], "pl": ["anulowana", "Anulowano"],
        "ru": ["Аннулирован", "Отменён"], "de": ["Storniert", "Storno"],
    },
    "draft": {
        "en": ["Draft"], "es": ["Borrador"], "pl": ["Szkic", "Wersja robocza"], "ru": ["Черновик"], "de": ["Entwurf"],
    },
    "disputed": {
        "en": ["Disputed", "In dispute"], "es": ["En disputa", "Disputada"], "pl": ["Sporna"], "ru": ["Спорный"],
        "de": ["Strittig", "Bestritten"],
    },
}
OUTCOMES: Mapping[str, Mapping[str, list[str]]] = {
    "reached": {
        "en": ["Connected", "Reached", "Answered", "Spoke"], "es": ["Contactado", "Contestó"],
        "pl": ["Odebrał", "Połączono"],
        "ru": ["Дозвонился", "Ответил", "Состоялся"], "de": ["Erreicht", "Gesprochen"],
    },
    "attempt": {
        "en": ["No answer", "Voicemail", "Busy", "Left voicemail", "Not reached"],
        "es": ["No contesta", "Sin respuesta", "Buzón de voz"],
        "pl": ["Nie odebrał", "Brak odpowiedzi", "Zajęte", "Poczta głosowa"],
        "ru": ["Нет ответа", "Не дозвонился", "Занято", "Автоответчик"],
        "de": ["Nicht erreicht", "Keine Antwort", "Besetzt", "Mailbox"],
    },
}
CHANNELS: Mapping[str, Mapping[str, list[str]]] = {
    "call": {
        "en": ["Call", "Phone call"], "es": ["Llamada"], "pl": ["Telefon", "Rozmowa"], "ru": ["Звонок"],
        "de": ["Anruf", "Telefonat"],
    },
    "email": {
        "en": ["Email", "E-mail"], "es": ["Correo"], "pl": ["E-mail", "Mail"], "ru": ["Письмо"],
        "de": ["E-Mail"],
    },
    "meeting": {
        "en": ["Meeting", "Demo"], "es": ["Reunión"], "pl": ["Spotkanie"], "ru": ["Встреча"],
        "de": ["Treffen"],
    },
}
STATES: Mapping[str, Mapping[str, list[str]]] = {
    "done": {
        "en": ["Done", "Completed"], "es": ["Hecho", "Completada", "Realizada"], "pl": ["Wykonane", "Zakończone"],
        "ru": ["Выполнено", "Завершено"], "de": ["Erledigt", "Abgeschlossen"],
    },
    "to_do": {
        "en": ["To do", "Planned", "Scheduled", "Open", "Not started"], "es": ["Pendiente", "Planificada", "Por hacer"],
        "pl": ["Do zrobienia", "Zaplanowane"], "ru": ["Запланировано", "В работе"],
        "de": ["Offen", "Geplant", "Ausstehend"],
    },
}
CLIENT_WORDS: Mapping[str, Mapping[str, list[str]]] = {
    "active": {"en": ["Active", "Current"], "es": ["Activo"], "pl": ["Aktywny"], "ru": ["Активный"], "de": ["Aktiv"]},
    "paused": {"en": ["Paused", "On hold"], "es": ["En pausa"], "pl": ["Wstrzymany"], "ru": ["Приостановлен"],
               "de": ["Pausiert"]},
    "lost": {"en": ["Lost", "Churned", "Former"], "es": ["Perdido"], "pl": ["Utracony"], "ru": ["Потерян"],
             "de": ["Verloren", "Gekündigt", "Ehemalig"]},
}
# fmt: on


def draw_title(name: str, language: str, chance: random.Random, *, own: float = 0.3) -> str:
    """Draw the title of a column: our own name, or what people call it."""
    if chance.random() < own and name in {"client", "number", "issued_on", "due_on", "amount", "date", "spend"}:
        return name
    return chance.choice(TITLES[name][language])


def draw_word(words: Mapping[str, Mapping[str, list[str]]], meaning: str, language: str, chance: random.Random) -> str:
    return chance.choice(words[meaning][language])
