using Ferry.Transports;

namespace Ferry.Runtime.Links;

/// <summary>Translates a link failure for the user of this node.</summary>
internal static class LinkFailures
{
    public static FerryException ToException(LinkFailure failure) => new(KindOf(failure.Kind), failure.Text);

    private static FailureKind KindOf(LinkFailureKind kind) => kind switch
    {
        LinkFailureKind.BadAddress => FailureKind.Usage,
        LinkFailureKind.NotAdmitted or LinkFailureKind.PeerNotAdmitted or LinkFailureKind.OtherNode
            or LinkFailureKind.Asked or LinkFailureKind.WrongTicket or LinkFailureKind.TicketExpired
            or LinkFailureKind.TicketUsed or LinkFailureKind.WrongPassphrase or LinkFailureKind.PassphraseNeeded
            or LinkFailureKind.TooManyTries => FailureKind.Refused,
        _ => FailureKind.Failed,
    };
}
