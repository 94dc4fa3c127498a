"""The heads of banks' columns, in the languages of banks that people use, by what they mean."""

HEADS = {
    "date": """
        date, booking date, booked, posting date, posted date, post date, transaction date,
        txn date, tran date, trans date, buchungstag, buchungsdatum, buchung, datum, date
        operation, date d operation, date comptable, fecha, fecha operacion, fecha contable,
        data, data lancamento, data movimento, data mov, data contabile, data operazione,
        boekdatum, tanggal, date of transaction, started date, completed date, completion time
    """,
    "value_date": """
        value date, value dt, valuta, valutadatum, wertstellung, date valeur, date de
        valeur, fecha valor, data valor, data valuta, rentedatum
    """,
    "amount": """
        amount, betrag, umsatz, montant, importe, valor, importo, bedrag, jumlah,
        transaction amount, txn amount, amount inr, amount eur, valor r, betrag eur, montant
        eur, amount in account currency, bedrag eur
    """,
    "credit": """
        credit, credit amount, credits, deposit, deposit amt, deposits, deposit amount, paid
        in, money in, haben, gutschrift, credit eur, montant credit, abono, abonos, haber,
        credito, creditos, entrada, entradas, avere, kredit, cr, cr amount, credit inr,
        deposit inr, bij
    """,
    "debit": """
        debit, debit amount, debits, withdrawal, withdrawal amt, withdrawals, withdrawal
        amount, paid out, money out, soll, lastschrift, belastung, debit eur, montant debit,
        cargo, cargos, debe, debito, debitos, saida, saidas, dare, dr, dr amount, debit inr,
        withdrawal inr, af, withdrawn
    """,
    "side": """
        dr cr, cr dr, drcr, crdr, debit credit, credit debit, dc, d c, type dr cr, s h, soll
        haben, af bij, transaction type dr cr, d h, c d, cd
    """,
    "currency": """
        currency, ccy, wahrung, waehrung, devise, moneda, moeda, divisa, valuta code, munt,
        mata uang, curr
    """,
    "text": """
        description, details, narration, particulars, remarks, transaction remarks,
        transaction details, verwendungszweck, buchungstext, zweck, libelle, libelle
        operation, motif, communication, concepto, descripcion, historico, descricao,
        lancamento, causale, descrizione, omschrijving, mededelingen, keterangan, memo,
        reference text, payment details, remittance information, transaction description,
        message, note, notes, naam omschrijving, transaction, beskrivelse, text, client
        reference
    """,
    "name": """
        name, payer, payer name, counterparty, counter party, counterparty name, payee
        payer, zahler, sender, remitter, remitter name, auftraggeber, beguenstigter
        zahlungspflichtiger, begunstigter zahlungspflichtiger, name zahlungsbeteiligter,
        zahlungsbeteiligter, auftraggeber empfanger,
        auftraggeber beguenstigter, auftraggeber begunstigter, nom,
        emetteur, ordenante, nombre, nome, favorecido, pagador, ordinante, naam, naam
        tegenpartij, from, contrepartie, tegenpartij, nama, other party info
    """,
    "bank_id": """
        reference, reference number, reference no, ref no, ref, ref no cheque no, chq ref
        no, chq ref number, utr, utr no, utr number, rrn, transaction id, transaction
        reference, transaction no, txn id, tran id, id, bank reference, cheque no, chq no,
        cheque number, referenz, kundenreferenz, mandatsreferenz, end to end referenz,
        kundenreferenz end to end, end to end id, reference operation, referencia, numero
        documento, documento, docto, identificador, riferimento, transactiereferentie,
        kenmerk, no ref, id transacao, fitid, receipt no, receipt number
    """,
    "status": """
        status, state, txn status, transaction status, payment status, estado, stato, statut
    """,
    "account": """
        account, account number, account no, own account, iban, konto, auftragskonto,
        kontonummer, compte, cuenta, conta, conto, rekening, iban auftragskonto, iban bban
    """,
}
IGNORED = """
    balance, saldo, solde, running balance, closing balance, available balance, kontostand,
    saldo actual, saldo nach buchung, balance inr, category, kategorie, branch, branch code,
    serial no, s no, sr no, sl no, no
"""
