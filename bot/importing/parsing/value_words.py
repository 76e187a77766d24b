"""The words for a column's values in English, Spanish, Polish, Russian and German, as people and programs write them.

A word means one value within a column, in any language; one that could mean two is left out, and refused where it is
met: "closed" is paid in one invoicing program and written off in another. Never here: names of columns (`aliases`).
"""

from bot.importing.parsing.aliases import COLUMN_ALIASES
from scoring.vocabulary import METRICS

_CLIENTS = {
    "onboarding": "new onboard starting in_setup setup kick_off neu einarbeitung startphase wdrozenie nowy nowa "
    "wdrazany incorporacion nuevo nueva новый новая внедрение",
    "active": "aktiv aktywny aktywna activo activa активный активная активен активна current current_client live "
    "running customer won laufend laufender_kunde biezacy klient cliente действующий текущий",
    "paused": "pause pausiert on_hold hold suspended frozen wstrzymany wstrzymana zawieszony zawieszona pauza "
    "pauzowany pausado pausada en_pausa suspendido suspendida приостановлен приостановлена пауза на_паузе заморожен "
    "ruhend",
    "lost": "churned former former_client former_customer ex_client terminated cancelled canceled left ended verloren "
    "gekundigt ehemalig ehemaliger_kunde beendet utracony utracona stracony stracona byly_klient zrezygnowal perdido "
    "perdida ex_cliente antiguo_cliente потерян потеряна ушел ушла бывший бывший_клиент расторгнут отказ",
    "retainer": "monthly fee monthly_fee fixed_fee recurring subscription pauschale monatspauschale abonament ryczalt "
    "iguala cuota_mensual абонплата абонентская_плата ежемесячно",
    "project": "one_off one_time per_project projekt einmalig projektowy jednorazowy proyecto por_proyecto puntual "
    "проект проектный разовый",
    "share_of_spend": "percentage_of_spend percent_of_spend of_spend percentage_of_ad_spend percentage "
    "prozent_vom_budget procent_od_budzetu porcentaje_de_inversion процент_от_бюджета",
    "simple": "easy einfach prosty prosta latwy sencillo sencilla простой простая",
    "complex": "hard complicated komplex kompliziert zlozony zlozona trudny complejo compleja сложный сложная",
    "month": "monthly monat monatlich miesiac miesiecznie mes mensual месяц ежемесячно",
    "quarter": "quarterly quartal quartalsweise kwartal kwartalnie trimestre trimestral квартал ежеквартально",
    "price": "too_expensive expensive cost costs pricing budget zu_teuer preis kosten cena za_drogo koszty precio caro "
    "muy_caro цена дорого бюджет",
    "results": "no_results poor_results bad_results performance ergebnisse keine_ergebnisse wyniki brak_wynikow "
    "slabe_wyniki resultados falta_de_resultados malos_resultados результаты нет_результатов",
    "service": "poor_service bad_service communication dienst leistung usluga obsluga servicio mal_servicio услуга "
    "сервис обслуживание",
    "in_house": "inhouse in_house_team own_team intern eigenes_team wlasny_zespol wewnetrznie interno equipo_interno "
    "equipo_propio инхаус своя_команда своими_силами",
    "closed": "closed_down business_closed out_of_business bankrupt bankruptcy insolvent geschaftsaufgabe insolvenz "
    "geschlossen upadlosc zamkniecie_firmy zamknieta cierre quiebra cerrado закрытие закрылись банкротство",
    "other": "letter web_form form formular formularz formulario others misc miscellaneous sonstiges sonstige andere "
    "anderes inne inny inna otro otros otra другое другой прочее",
    "choleric": "cholerisch choleryk colerico холерик",
    "sanguine": "sanguinisch sangwinik sanguineo сангвиник",
    "melancholic": "melancholisch melancholik melancolico меланхолик",
    "phlegmatic": "phlegmatisch flegmatyk flematico флегматик",
}

_TOUCHPOINTS = {
    "call": "mobile mobile_call звонок_исходящий звонок_входящий calls phone phone_call telephone voice_call "
    "cold_call call_back callback outgoing_call incoming_call inbound_call outbound_call anruf telefonat telefonanruf "
    "telefonisch telefon rozmowa rozmowa_telefoniczna polaczenie llamada llamada_telefonica telefono звонок телефон "
    "телефонный_звонок входящий_звонок исходящий_звонок созвон",
    "email": "emails e_mail e_mails mail email_sent sent_email incoming_email outgoing_email forwarded_email "
    "wiadomosc_e_mail correo correo_electronico poczta почта письмо электронное_письмо эл_почта",
    "sms": "text text_message wiadomosc_sms mensaje_de_texto смс",
    "meeting": "video zoom_call zoom_meeting teams_call teams_meeting in_person_meeting face_to_face online_meeting "
    "video_meeting onsite onsite_meeting spotkanie_online reunion_online meetings in_person visit on_site video_call "
    "videocall video_conference videoconference zoom google_meet demo lunch treffen besprechung termin videokonferenz "
    "vor_ort spotkanie wideorozmowa wizyta reunion visita videollamada videoconferencia встреча визит видеозвонок "
    "видеовстреча",
    "chat": "facebook facebook_messenger signal slack whatsapp whats_app messenger telegram viber teams live_chat "
    "instagram linkedin linkedin_message czat чат мессенджер вотсап телеграм",
    "in": "incoming_call inbound_call incoming_email eingehender_anruf polaczenie_przychodzace llamada_entrante "
    "входящий_звонок вх inbound incoming received from_client eingehend eingang erhalten przychodzace przychodzacy "
    "przychodzaca odebrane otrzymane entrante recibido recibida входящий входящая входящее входящие получено",
    "out": "outgoing_call outbound_call made ausgehender_anruf polaczenie_wychodzace llamada_saliente "
    "исходящий_звонок исх outbound outgoing sent to_client ausgehend ausgang gesendet wychodzace wychodzacy "
    "wychodzaca wyslane saliente enviado enviada исходящий исходящая исходящее исходящие отправлено",
    "reached": "meeting_held spoke_with_client spoke_to_client abgenommen entgegengenommen rozmowa przeprowadzona "
    "contestada contestado atendida atendido разговор_состоялся поговорили contacted connected answered spoke spoken "
    "talked held done completed complete conversation took_place successful success yes erreicht verbunden gesprochen "
    "stattgefunden durchgefuhrt erfolgreich ja odebral odebrala odebrano polaczono rozmowa_odbyta odbylo_sie "
    "skuteczny tak contactado contactada conectado conectada contesto respondio atendio realizada realizado si "
    "дозвонился дозвонились дозвон да ответил ответила ответили состоялся состоялась соединено успешно успешный",
    "attempt": "voicemail_left left_vm no_answer_left_vm no_answer_left_voicemail kein_anschluss no_contestada "
    "no_contestado no_atendida no_atendido sin_contestar buzon fuera_de_servicio абонент_недоступен недоступен "
    "не_берет_трубку не_взял_трубку не_взяла_трубку attempted tried no_answer no_response not_reached not_answered "
    "unanswered unreachable busy line_busy voicemail voice_mail left_voicemail left_a_voicemail left_message "
    "left_a_message left_live_message wrong_number no_show noshow missed missed_call not_available unavailable "
    "did_not_answer didn_t_answer didn_t_pick_up bounced no nicht_erreicht nicht_abgenommen keine_antwort besetzt "
    "mailbox anrufbeantworter falsche_nummer verpasst nicht_erschienen nein proba nie nie_odebral nie_odebrala "
    "nie_odebrano nieodebrane nieodebrany brak_odpowiedzi bez_odpowiedzi zajete poczta_glosowa zly_numer bledny_numer "
    "niedostepny intento no_contesta no_contesto no_responde sin_respuesta ocupado comunicando buzon_de_voz "
    "numero_equivocado llamada_perdida no_localizado попытка нет не_ответил не_ответила не_ответили нет_ответа "
    "не_дозвонился не_дозвонились недозвон занято автоответчик голосовая_почта неверный_номер не_тот_номер пропущен "
    "пропущенный пропущенный_звонок",
    "pleased": "happy very_happy good great satisfied very_satisfied positive delighted promoter zufrieden "
    "sehr_zufrieden glucklich gut positiv zadowolony zadowolona szczesliwy dobry pozytywny contento contenta "
    "satisfecho satisfecha feliz bueno positivo доволен довольна довольный рад хорошо позитивно",
    "neutral": "ok okay fine average so_so passive neutralny neutralna neutralnie neutralne neutro нейтрально "
    "нейтральный нормально",
    "uneasy": "concerned worried unsure anxious doubtful hesitant unsicher besorgt zaniepokojony zaniepokojona "
    "niepewny inquieto inquieta preocupado preocupada обеспокоен обеспокоена озабочен сомневается",
    "unhappy": "angry bad upset dissatisfied very_dissatisfied negative furious annoyed detractor unzufrieden "
    "sehr_unzufrieden verargert wutend schlecht negativ niezadowolony niezadowolona zly zla negatywny descontento "
    "descontenta insatisfecho insatisfecha enfadado enfadada malo negativo недоволен недовольна недовольный зол плохо "
    "негативно",
}

_INVOICES = {
    "open": "partial_paid partially_received sent_viewed unpaid_overdue outstanding_overdue zahlung_offen ausstehend "
    "in_verzug in_zahlungsverzug teil_bezahlt bezahlt_teilweise teilweise_beglichen zaplacone_czesciowo "
    "zaplacona_czesciowo oplacona_czesciowo oplacone_czesciowo zalegla zalegle pago_pendiente cobro_pendiente "
    "cobro_parcial pagado_parcialmente pagada_parcialmente cobrado_parcialmente cobrada_parcialmente "
    "в_ожидании_оплаты не_оплачен_просрочен просрочена_оплата unpaid not_paid sent sent_to_client viewed overdue "
    "past_due late due due_today due_later due_soon not_due not_due_yet not_yet_due outstanding awaiting_payment "
    "waiting_for_payment authorised authorized payment_pending pending partial partially_paid partly_paid part_paid "
    "partial_payment promised promise_to_pay reminded dunning offen fallig uberfallig ueberfallig unbezahlt "
    "nicht_bezahlt gemahnt angemahnt in_mahnung zahlungserinnerung versendet verschickt teilbezahlt teilweise_bezahlt "
    "teilzahlung zugesagt otwarta otwarte niezaplacona niezaplacone nieoplacona nieoplacone nieoplacony niezaplacony "
    "oczekuje oczekuje_na_platnosc do_zaplaty wystawiona wyslana wyslano przeterminowana przeterminowane po_terminie "
    "czesciowo_oplacona czesciowo_oplacone czesciowo_oplacony czesciowo_zaplacona czesciowo_zaplacone obiecana "
    "abierta abierto pendiente pendiente_de_pago pendiente_de_cobro pendiente_cobro por_cobrar no_pagada no_pagado "
    "no_cobrada no_cobrado sin_pagar impagada impagado enviada enviado emitida emitido vencida vencido parcial "
    "parcialmente_pagada parcialmente_pagado parcialmente_cobrada parcialmente_cobrado pago_parcial prometido открыт "
    "открыта не_оплачен не_оплачена не_оплачено не_оплачены неоплачен неоплачена выставлен выставлена отправлен "
    "отправлена отправлен_клиенту ожидает_оплаты ожидается_оплата к_оплате просрочен просрочена просрочено "
    "частично_оплачен частично_оплачена частично_оплачено оплачен_частично оплачена_частично обещан",
    "paid": "paid_late fully_settled paid_in_full fully_paid payment_received auto_paid settled deposited "
    "not_deposited cleared bezahlt vollstandig_bezahlt voll_bezahlt beglichen ausgeglichen zahlung_erhalten "
    "zaplacona zaplacone zaplacony zaplacono oplacona oplacone oplacony oplacono rozliczona rozliczone uregulowana "
    "splacona pagada pagado pagadas cobrada cobrado liquidada liquidado оплачен оплачена оплачено оплачены "
    "полностью_оплачен оплачен_полностью погашен погашена",
    "void": "анулирован анулирована voided cancelled canceled deleted storno storniert annulliert geloscht anulowana "
    "anulowane anulowany anulowano usunieta skasowana anulada anulado cancelada cancelado eliminada аннулирован "
    "аннулирована отменен отменена удален",
    "draft": "drafts awaiting_approval not_issued entwurf szkic wersja_robocza robocza borrador черновик",
    "written_off": "write_off writeoff uncollectible uncollectable bad_debt abgeschrieben ausgebucht uneinbringlich "
    "spisana spisane niesciagalna umorzona incobrable fallido списан списана безнадежный безнадежная",
    "disputed": "dispute in_dispute contested challenged strittig bestritten reklamiert sporna kwestionowana "
    "zakwestionowana reklamowana en_disputa disputada disputado impugnada impugnado спорный спорная оспорен оспорена "
    "оспаривается",
}

_OBSERVATIONS = {
    "complaint": "complaints issue problem incident beschwerde beschwerden reklamation reklamacja reklamacje skarga "
    "zazalenie queja quejas reclamacion incidencia problema жалоба жалобы претензия рекламация проблема",
    "survey": "nps nps_score csat ces score survey_response umfrage zufriedenheitsumfrage ankieta encuesta опрос "
    "анкета",
    "mood": COLUMN_ALIASES["mood"],
    "referral": "recommendation empfehlung weiterempfehlung polecenie rekomendacja referencia recomendacion "
    "рекомендация",
    "future_talk": "future future_plans zukunft zukunftsplane plany plany_na_przyszlosc planes_futuros планы "
    "планы_на_будущее",
    "praise": "compliment thanks kudos lob dank pochwala podziekowanie elogio agradecimiento похвала благодарность",
    "renewal": "renewed contract_renewal verlangerung vertragsverlangerung odnowienie przedluzenie renovacion renovado "
    "продление продлен",
    "report": "monthly_report bericht monatsbericht raport raport_miesieczny informe informe_mensual отчет "
    "ежемесячный_отчет",
    "budget_change": "budget_changed budgetanderung zmiana_budzetu cambio_de_presupuesto изменение_бюджета",
    "our_mistake": "mistake our_error own_mistake unser_fehler nasz_blad error_nuestro nuestro_error наша_ошибка",
    "campaign_pause": "campaign_paused campaigns_paused kampagnenpause wstrzymanie_kampanii przerwa_w_kampanii "
    "pausa_de_campana пауза_кампании",
    "email_engagement": "email_opens open_rate newsletter_engagement",
    "usage": "product_usage nutzung uzycie uso использование",
}

_STEPS = {
    "check_in": "checkin check_in_call nachfrage kontrola seguimiento встреча_по_плану",
    "offer": "proposal upsell angebot oferta предложение",
}

_METRICS = {metric: COLUMN_ALIASES[metric] for metric in METRICS}

_HINTS = {
    "done": "yes true completed complete finished held erledigt abgeschlossen durchgefuhrt ja hecho hecha realizado "
    "realizada completado completada si wykonane wykonano zrobione zakonczone tak выполнено выполнен завершено да",
    "to_do": "todo not_done not_started planned scheduled pending in_progress waiting deferred rescheduled postponed "
    "canceled cancelled no false offen geplant ausstehend verschoben abgesagt nicht_erledigt nein pendiente "
    "planificado planificada programado programada aplazado aplazada cancelado cancelada sin_hacer "
    "no_realizada no_realizado zaplanowane zaplanowany zaplanowana do_zrobienia niewykonane nie_wykonano "
    "w_toku odwolane odwolany przelozone nie запланировано запланирован запланирована не_выполнено "
    "не_выполнен не_выполнена не_завершено в_работе отменено отменен отложено нет",
    "unsolved": "open new pending hold on_hold in_progress offen neu wartend in_bearbeitung abierto pendiente nuevo "
    "otwarte otwarty nowe nowy w_toku в_работе открыт открыто новый новое",
    "solved": "closed resolved done gelost geschlossen erledigt resuelto resuelta cerrado cerrada zamkniete zamkniety "
    "rozwiazane rozwiazany закрыт закрыто решен решено",
    "invoice": "sales_invoice bill rechnung ausgangsrechnung faktura faktura_vat factura счет счет_фактура",
    "credit_note": "credit_memo credit sales_credit_note gutschrift rechnungskorrektur stornorechnung nota_de_credito "
    "abono factura_rectificativa rectificativa korekta faktura_korygujaca возврат корректировочный_счет кредит_нота",
    "estimate": "quote quotation proposal proforma pro_forma proforma_invoice pro_forma_invoice angebot "
    "kostenvoranschlag proforma_rechnung presupuesto factura_proforma oferta faktura_proforma faktura_pro_forma "
    "предложение смета",
    "payment": "sales_receipt receipt zahlung pago cobro platnosc wplata оплата платеж",
}
"""Of columns that are not stored and say what the others of their row mean."""

VALUE_WORDS = _CLIENTS | _TOUCHPOINTS | _INVOICES | _OBSERVATIONS | _STEPS | _METRICS | _HINTS
"""Other names of a value, separated by spaces, by the value."""

FLAG_WORDS = {
    True: "yes y true 1 on x ✓ ✔ ☑ checked ja j wahr tak t prawda si s verdadero да д истина",
    False: "no n false 0 off unchecked ☐ ✗ nein falsch nie f falsz falso нет ложь",
}
"""Words for true and false, separated by spaces."""
