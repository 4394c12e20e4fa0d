package ci.assay.model;

/**
 * What travels as JSON through the broker. Log pieces are not among them: they are bytes. Jobs and
 * what comes of them are durable; the rest is talk, which may be lost without harm.
 */
public sealed interface Message
    permits Job,
        Started,
        Returned,
        Result,
        Tick,
        Ask,
        Answer,
        Who,
        Here,
        Stop,
        Resend,
        Watch,
        Presence,
        Active,
        Reconcile,
        Reconciled,
        Order,
        Receipt {}
