"""Names of columns and values in English, Spanish, Polish, Russian and German spreadsheets.

A short list, not a dictionary: a column with any other name is reported as unknown.
"""

COLUMN_ALIASES = {
    "external_id": "id key",
    "clients_key": "id key client_id client_key kundennummer kunden_nr id_klienta id_cliente код id_клиента ид",
    "name": "client customer kunde klient cliente клиент client_name company firma nazwa nombre имя название "
    "компания unternehmen nombre_del_cliente nazwa_klienta",
    "owner": "account_manager am manager opiekun verantwortlich betreuer responsable gestor менеджер ответственный",
    "backup": "vertretung stellvertreter zastepca zastepstwo suplente заместитель замена",
    "status": "state stan stato estado статус",
    "monthly_fee": "fee retainer honorar monatshonorar abonament oplata_miesieczna cuota cuota_mensual "
    "tarifa_mensual "
    "абонплата абонентская_плата ежемесячная_плата",
    "currency": "currency_code wahrung waluta moneda divisa валюта",
    "billing": "billing_type abrechnung abrechnungsart rozliczenie facturacion тип_оплаты",
    "started_on": "start start_date since beginn seit poczatek data_rozpoczecia inicio fecha_de_inicio начало "
    "дата_начала",
    "renews_on": "renewal renewal_date contract_end verlangerung vertragsende odnowienie koniec_umowy renovacion "
    "fin_de_contrato продление окончание_договора",
    "lost_on": "churned_on lost_date end_date verloren_am data_odejscia fecha_de_baja дата_ухода",
    "returns_on": "back_on return_date zuruck_am powrot vuelve_el возвращается",
    "contact_limit_days": "contact_limit kontaktlimit limit_kontaktu limite_de_contacto лимит_контакта",
    "industry": "branche branza sector отрасль",
    "temperament": "temperamento темперамент",
    "complexity": "komplexitat zlozonosc complejidad сложность",
    "reporting": "berichte raportowanie informes отчетность",
    "slack_channel": "channel_slack slack_kanal kanal_slack canal_slack канал_slack",
    "notes": "note comment comments notizen uwagi notatki notas заметки комментарий",
    "client": "customer kunde klient cliente клиент client_name company firma external_id client_id id_klienta "
    "id_cliente",
    "occurred_at": "date day when at datum data fecha дата date_time timestamp termin occurred_on",
    "occurred_on": "date day when on datum data fecha дата occurred_at",
    "channel": "kanal canal канал",
    "direction": "richtung kierunek direccion направление",
    "outcome": "result ergebnis wynik resultado результат",
    "mood": "stimmung nastroj humor estado_de_animo настроение",
    "summary": "notes note comment notiz zusammenfassung opis notatka resumen nota описание комментарий заметка",
    "member": "who mitarbeiter osoba pracownik persona miembro сотрудник кто account_manager owner",
    "number": "invoice invoice_number invoice_no rechnungsnummer rechnung_nr rechnung numer numer_faktury "
    "nr_faktury faktura "
    "numero numero_de_factura factura номер номер_счета счет",
    "issued_on": "issued created invoice_date issue_date rechnungsdatum data_wystawienia fecha_de_emision "
    "fecha_factura "
    "дата_выставления дата_счета",
    "due_on": "due due_date falligkeit falligkeitsdatum fallig_am faellig_am faelligkeit termin_platnosci "
    "vencimiento "
    "fecha_de_vencimiento "
    "срок_оплаты оплатить_до",
    "amount": "total sum invoice_amount bruttobetrag betrag summe rechnungsbetrag kwota suma importe monto сумма",
    "paid_amount": "paid amount_paid bezahlt bezahlter_betrag zaplacono kwota_zaplacona pagado importe_pagado оплачено",
    "paid_on": "paid_date payment_date bezahlt_am zahlungsdatum data_zaplaty fecha_de_pago дата_оплаты",
    "date": "day on datum tag data dzien fecha dia дата день",
    "source": "platform quelle plattform zrodlo fuente plataforma источник",
    "spend": "cost amount_spent ad_spend ausgaben kosten wydatki koszt gasto coste costo расход расходы затраты",
    "impressions": "impr impressionen wyswietlenia impresiones показы",
    "clicks": "link_clicks klicks klikniecia clics клики",
    "sessions": "visits sitzungen sesje sesiones сессии сеансы визиты",
    "leads": "new_leads leady kontakty лиды",
    "qualified_leads": "qualified mql sql qualifizierte_leads zakwalifikowane_leady leads_cualificados квал_лиды",
    "conversions": "conversion conv konversionen konwersje conversiones конверсии",
    "revenue": "sales umsatz przychod przychody ingresos выручка доход",
    "month": "monat miesiac mes месяц",
    "metric": "kpi kennzahl metrik wskaznik metryka metrica показатель метрика",
    "target": "goal ziel cel objetivo meta цель план",
    "kind": "type art typ rodzaj tipo тип вид",
    "value": "score wert wartosc valor значение оценка",
    "note": "notes comment notiz uwaga notatka nota заметка комментарий",
    "resolved_on": "resolved closed_on gelost_am rozwiazano resuelto_el решено",
    "title": "task step work name aufgabe titel schritt zadanie tytul krok tarea titulo paso задача название шаг",
    "internal_due_on": "internal_due internal_deadline own_due due_on due due_date intern_fallig interner_termin "
    "termin_wewnetrzny fecha_interna внутренний_срок срок",
    "promised_on": "promised client_due client_deadline zugesagt_am obiecano termin_klienta prometido_el обещано",
    "done_on": "done completed completed_on finished erledigt_am zrobiono wykonano hecho_el сделано выполнено",
    "planned_on": "planned date day on geplant_am datum zaplanowano data previsto_el fecha запланировано дата",
    "hours": "hours_worked worked stunden godziny horas часы",
    "hours_budget": "budget_hours hours_agreed agreed_hours stundenbudget budzet_godzin horas_acordadas бюджет_часов",
    "hourly_cost": "cost_per_hour hour_cost stundensatz koszt_godziny coste_por_hora стоимость_часа",
    "tools_cost": "tools tool_cost software werkzeuge narzedzia koszt_narzedzi herramientas инструменты",
}
"""Other names of a column, separated by spaces, by its name or its `alias_key`."""

VALUE_ALIASES = {
    "check_in": "checkin check_in_call nachfrage kontrola seguimiento встреча_по_плану",
    "service": "dienst leistung usluga servicio услуга",
    "offer": "proposal upsell angebot oferta предложение",
}
"""Other names of a value, separated by spaces, by the value."""
