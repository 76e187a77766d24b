"""Names of columns and values in English, Spanish, Polish, Russian and German spreadsheets.

A short list, not a dictionary: a column with any other name is reported as unknown.
"""

COLUMN_ALIASES = {
    "external_id": "id key ticket_id ticket_number ticket_no case_id response_id submission_id",
    "clients_key": "id key client_id client_key kundennummer kunden_nr id_klienta id_cliente код id_клиента ид "
    "record_id customer_id customer_number client_number account_id numer_klienta numero_de_cliente номер_клиента "
    "codigo_de_cliente codigo_cliente kod_klienta код_клиента nr_klienta kundennr",
    "name": "client customer kunde klient cliente клиент client_name company firma nazwa nombre имя название "
    "компания unternehmen nombre_del_cliente nazwa_klienta company_name customer_name account_name firmenname "
    "kundenname razon_social empresa organization organisation organizacja организация название_клиента имя_клиента "
    "display_name наименование наименование_клиента nazwa_firmy nombre_cliente nombre_de_la_empresa",
    "owner": "account_manager am manager opiekun verantwortlich betreuer responsable gestor менеджер ответственный "
    "company_owner client_owner account_owner owner_email account_manager_email kundenbetreuer opiekun_klienta "
    "gestor_de_cuenta аккаунт_менеджер",
    "backup": "vertretung stellvertreter zastepca zastepstwo suplente заместитель замена",
    "status": "stato статус invoice_status payment_status zahlungsstatus stand etap status_platnosci estado_de_pago "
    "статус_оплаты",
    "monthly_fee": "fee retainer honorar monatshonorar abonament oplata_miesieczna cuota cuota_mensual "
    "tarifa_mensual абонплата абонентская_плата ежемесячная_плата monthly_retainer fee_per_month "
    "monthly_retainer_fee",
    "currency": "currency_code wahrung waluta moneda divisa валюта account_currency account_currency_code "
    "customer_currency_code currency_of_account kontowahrung waluta_konta moneda_de_la_cuenta валюта_аккаунта",
    "billing": "billing_type abrechnung abrechnungsart rozliczenie facturacion тип_оплаты",
    "started_on": "start start_date since beginn seit poczatek data_rozpoczecia inicio fecha_de_inicio начало "
    "дата_начала client_since customer_since contract_start kunde_seit vertragsbeginn klient_od wspolpraca_od "
    "poczatek_wspolpracy cliente_desde fecha_de_alta клиент_с начало_работы",
    "renews_on": "renewal renewal_date verlangerung odnowienie renovacion продление",
    "lost_on": "churned_on lost_date verloren_am data_odejscia fecha_de_baja дата_ухода",
    "returns_on": "back_on return_date zuruck_am powrot vuelve_el возвращается",
    "contact_limit_days": "contact_limit kontaktlimit limit_kontaktu limite_de_contacto лимит_контакта",
    "industry": "branche branza sector отрасль",
    "temperament": "temperamento темперамент",
    "complexity": "komplexitat zlozonosc complejidad сложность",
    "reporting": "berichte raportowanie informes отчетность",
    "slack_channel": "channel_slack slack_kanal kanal_slack canal_slack канал_slack",
    "notes": "note comment comments notizen uwagi notatki notas заметки комментарий remarks remark bemerkung "
    "bemerkungen anmerkung anmerkungen komentarz komentarze observaciones comentario comentarios примечание "
    "примечания комментарии",
    "client": "customer kunde klient cliente клиент client_name company firma external_id client_id id_klienta "
    "id_cliente customer_name account_name account company_name organization organisation associated_company "
    "contactname kundenname auftraggeber debitor nazwa_klienta nabywca kontrahent nombre_del_cliente empresa "
    "razon_social cuenta имя_клиента контрагент заказчик компания организация плательщик название_клиента "
    "наименование_клиента покупатель nombre_cliente nazwa_kontrahenta rechnungsempfanger name_des_werbekontos "
    "kontoname nombre_de_la_cuenta nazwa_konta название_аккаунта advertiser_name advertiser "
    "customer_descriptive_name organization_name",
    "occurred_at": "occurred_on date_time datetime timestamp activity_date date_and_time zeitpunkt data_i_godzina "
    "fecha_y_hora дата_и_время",
    "occurred_on": "occurred_at created_at responded_at timestamp",
    "channel": "kanal canal канал",
    "direction": "richtung kierunek direccion направление",
    "outcome": "result ergebnis wynik resultado результат call_outcome call_result rezultat gesprachsergebnis",
    "mood": "stimmung nastroj humor estado_de_animo настроение",
    "summary": "notes note comment notiz zusammenfassung opis notatka resumen nota описание комментарий заметка "
    "comments notizen notatki uwagi komentarz kommentar notas comentario comentarios descripcion beschreibung "
    "заметки комментарии",
    "member": "who mitarbeiter osoba pracownik persona miembro сотрудник кто account_manager owner",
    "number": "invoice invoice_number invoice_no rechnungsnummer rechnung_nr rechnung numer numer_faktury "
    "nr_faktury faktura numero numero_de_factura factura номер номер_счета счет invoice_num invoice_id num nr "
    "document_number belegnummer rechnungs_nr numer_dokumentu n_factura num_factura номер_документа rechnungsnr "
    "rechnung_no belegnr no_factura no_de_factura numero_factura nr_dokumentu",
    "issued_on": "issued created invoice_date issue_date rechnungsdatum data_wystawienia fecha_de_emision "
    "fecha_factura дата_выставления дата_счета date_issued issued_date billing_date belegdatum datum_der_rechnung "
    "data_faktury fecha_de_factura дата_выписки дата_документа ausgestellt_am wystawiono emitida_el fecha_emision "
    "rechnung_vom дата_составления",
    "due_on": "due_date falligkeit falligkeitsdatum fallig_am faellig_am faelligkeit termin_platnosci vencimiento "
    "fecha_de_vencimiento срок_оплаты оплатить_до payment_due payment_due_date due_by pay_by zahlbar_bis "
    "zahlungsziel termin_zaplaty fecha_vencimiento fecha_de_pago_prevista срок_платежа vence vence_el fecha_limite "
    "fecha_limite_de_pago platne_do zaplata_do",
    "amount": "total invoice_amount bruttobetrag betrag summe rechnungsbetrag kwota suma importe monto сумма sum "
    "total_amount amount_total grand_total gross gross_amount line_total gesamtbetrag brutto kwota_brutto "
    "wartosc_brutto importe_total total_factura сумма_с_ндс сумма_счета итого_к_оплате razem_brutto suma_brutto "
    "endbetrag importe_con_iva total_con_iva итого всего amount_incl_vat amount_including_vat amount_inc_vat "
    "amount_incl_tax total_incl_vat total_including_vat total_inc_vat total_with_vat betrag_brutto summe_brutto "
    "gesamtbetrag_brutto kwota_z_vat сумма_с_налогом",
    "paid_amount": "paid amount_paid bezahlt bezahlter_betrag zaplacono kwota_zaplacona pagado importe_pagado "
    "оплачено invoiceamountpaid paid_so_far cobrado importe_cobrado bereits_bezahlt uregulowano oplacono "
    "сумма_оплаты оплаченная_сумма",
    "paid_on": "paid_date payment_date bezahlt_am zahlungsdatum data_zaplaty fecha_de_pago дата_оплаты date_paid "
    "paid_at zahlung_am data_platnosci fecha_de_cobro fecha_cobro оплачено_дата дата_платежа",
    "date": "day gregorian_date reporting_date tag dzien dia день datum fecha data дата time_period by_day "
    "segments_date",
    "source": "platform quelle plattform zrodlo fuente plataforma источник",
    "spend": "cost amount_spent ad_spend ausgaben kosten wydatki koszt gasto coste costo расход расходы затраты "
    "total_spent amount_spent_total total_spend расход_всего inversion inversion_publicitaria importe_gastado "
    "gasto_publicitario werbeausgaben wydano потрачено ausgegebener_betrag wydana_kwota потраченная_сумма "
    "metrics_cost total_cost",
    "impressions": "impr impressionen wyswietlenia impresiones показы impr_total anzeigen metrics_impressions",
    "clicks": "link_clicks klicks klikniecia clics клики link_klicks clics_en_el_enlace clics_enlace "
    "klikniecia_linku klikniecia_w_link клики_по_ссылке metrics_clicks",
    "sessions": "visits sitzungen sesje sesiones сессии сеансы визиты",
    "leads": "new_leads leady kontakty лиды lead website_leads",
    "qualified_leads": "qualified mql sql qualifizierte_leads zakwalifikowane_leady leads_cualificados квал_лиды",
    "conversions": "conversion conv konversionen konwersje conversiones конверсии key_events schlusselereignisse "
    "metrics_conversions eventos_clave kluczowe_zdarzenia ключевые_события",
    "revenue": "sales umsatz przychod przychody ingresos выручка доход conv_value conversion_value total_revenue "
    "purchase_conversion_value gesamtumsatz valor_de_conv ingresos_totales laczne_przychody общий_доход "
    "metrics_conversions_value",
    "month": "monat miesiac mes месяц period",
    "metric": "kpi kennzahl metrik wskaznik metryka metrica показатель метрика",
    "target": "goal ziel cel objetivo meta цель план",
    "kind": "rodzaj вид",
    "value": "score wert wartosc valor значение оценка rating points punktzahl punkty puntuacion балл bewertung "
    "calificacion ocena",
    "note": "notes comment notiz uwaga notatka nota заметка комментарий feedback kommentar comentario comments "
    "comentarios komentarz комментарии subject betreff temat asunto тема",
    "resolved_on": "resolved closed_on gelost_am rozwiazano resuelto_el решено solved_at closed_at solved_on "
    "closed_date erledigt_am zamknieto cerrado_el закрыто",
    "title": "task step work name aufgabe titel schritt zadanie tytul krok tarea titulo paso задача название шаг",
    "internal_due_on": "internal_due internal_deadline own_due due_on due due_date intern_fallig interner_termin "
    "termin_wewnetrzny fecha_interna внутренний_срок срок deadline",
    "promised_on": "promised client_due client_deadline zugesagt_am obiecano termin_klienta prometido_el обещано",
    "done_on": "done completed completed_on finished erledigt_am zrobiono wykonano hecho_el сделано выполнено",
    "planned_on": "planned date day on geplant_am datum zaplanowano data previsto_el fecha запланировано дата",
    "hours": "hours_worked worked stunden godziny horas часы duration time_spent dauer arbeitszeit duracion tiempo "
    "czas czas_pracy czas_trwania время длительность затрачено zeit zeitaufwand",
    "hours_budget": "budget_hours hours_agreed agreed_hours stundenbudget budzet_godzin horas_acordadas бюджет_часов",
    "hourly_cost": "cost_per_hour hour_cost stundensatz koszt_godziny coste_por_hora стоимость_часа cost_rate "
    "labor_cost_rate",
    "tools_cost": "tools tool_cost software werkzeuge narzedzia koszt_narzedzi herramientas инструменты",
    "launches_on": "launch launch_date go_live start_der_kampagne data_startu fecha_de_lanzamiento запуск дата_запуска",
    "lost_reason": "reason_lost churn_reason reason_for_leaving verlustgrund powod_odejscia motivo_de_baja "
    "причина_ухода",
    "ad_currency": "ad_account_currency werbekontowahrung waluta_reklam moneda_de_anuncios валюта_рекламы",
    "domain": "website url web company_domain_name webseite strona strona_www sitio_web сайт домен",
    "country": "country_code land kraj pais страна",
    "language": "sprache jezyk idioma язык",
    "call_every_days": "call_every anruf_alle_tage telefon_co_dni llamar_cada_dias звонок_раз_в_дней",
    "role": "position job_title job function funktion stanowisko cargo puesto должность роль",
    "contact_name": "contact contact_name contact_person full_name ansprechpartner kontakt osoba_kontaktowa contacto "
    "persona_de_contacto контакт контактное_лицо фио имя nombre imie_i_nazwisko",
    "email": "e_mail mail email_address correo correo_electronico adres_e_mail почта эл_почта",
    "phone": "telephone tel mobile cell phone_number telefon handy komorka telefono movil телефон мобильный",
    "decision_maker": "decides entscheider decydent decisor лпр принимает_решения",
    "automatic": "automated auto is_automatic automatisch automatyczny automatico автоматически",
    "person": "contact contact_person with ansprechpartner gesprachspartner rozmowca persona_de_contacto собеседник "
    "контактное_лицо",
    "duration_minutes": "duration call_duration minutes dauer czas_trwania duracion длительность",
    "service_month": "month_of_service leistungsmonat miesiac_uslugi mes_de_servicio месяц_услуги",
    "balance": "open_balance balance_due amount_due due_amount outstanding outstanding_amount open_amount "
    "amount_open remaining remaining_amount amount_remaining unpaid unpaid_amount invoiceamountdue offener_betrag "
    "offen restbetrag offener_saldo pendiente pendiente_de_pago saldo_pendiente importe_pendiente por_cobrar "
    "pozostalo pozostalo_do_zaplaty do_zaplaty kwota_pozostala saldo остаток остаток_долга задолженность долг "
    "к_оплате still_open noch_offen",
    "document": "transaction_type document_type doc_type belegart typ_dokumentu rodzaj_dokumentu tipo_de_documento "
    "тип_документа вид_документа",
    "is_paid": "paid is_paid bezahlt zaplacono oplacono pagado pagada оплачено оплачен settled",
    "first_name": "given_name vorname imie nombre_de_pila имя_контакта",
    "last_name": "surname family_name nachname nazwisko apellidos apellido фамилия",
    "starts_on": "reporting_starts report_start",
    "ends_on": "reporting_ends report_end",
    "contract_end": "end_date vertragsende koniec_umowy fin_de_contrato окончание_договора ends_on enddatum "
    "data_zakonczenia fecha_de_fin дата_окончания end contract_end_date expiry expiry_date expires expires_on "
    "valid_until ende laufzeitende vertrag_bis gultig_bis umowa_do wazna_do wazne_do fecha_fin vigente_hasta "
    "действует_до договор_до ended ended_on",
    "activity_state": "done completed activity_status erledigt wykonane hecho выполнено",
    "ticket_state": "ticket_status",
}
"""Other names of a column, separated by spaces, by its name or its `alias_key`."""

WEAK_ALIASES = {
    "channel": "type art typ tipo тип",
    "status": "state stan estado",
    "due_on": "due fallig termin",
    "balance": "due fallig",
    "issued_on": "date day datum tag data dzien fecha dia дата день",
    "occurred_at": "date day when at datum data fecha дата termin start due_date start_date",
    "occurred_on": "date day when on datum data fecha дата created",
    "month": "date day start_date datum tag data dzien fecha dia дата день",
    "kind": "type art typ tipo тип",
    "document": "type art typ tipo тип",
    "activity_state": "status state stan estado статус",
    "ticket_state": "status state stan estado статус",
    "starts_on": "start_date from von od desde с",
    "ends_on": "end_date to bis do hasta по",
    "external_id": "number nr no",
}
"""Names that stand for a column only where no other column of the file does, and its cells are such as it has."""
