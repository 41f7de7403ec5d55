using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Sending;

/// <summary>
/// About how many bytes a message takes in a queue and on a link, for the bounds and shares of queues. The exact number
/// would cost a second encoding of each message.
/// </summary>
internal static class MessageCost
{
    private const int Fixed = 192;
    private const int RangeBytes = 8;
    private const int NodeBytes = 32;

    public static int Of(Message message) => Fixed + ProofOf(message) + message switch
    {
        FileSearch search => 2 * search.Text.Length + search.Box.Length,
        Sealed said => said.Box.Length,
        HasFile has => 2 * has.Name.Length + RangeBytes * has.Held.Count,
        Offer offer => 2 * offer.Name.Length,
        TransferRequest request => RangeBytes * request.Wanted.Count + request.KeyOffer.Length,
        TransferAccept accept => accept.KeyAnswer.Length,
        Ack ack => RangeBytes * ack.Ranges.Count,
        ManifestPart part => part.Leaves.Length,
        RouteWithdrawal withdrawal => NodeBytes * withdrawal.Unreachable.Count,
        SearchReport report => NodeBytes * report.Asked.Count + report.Hashing.Sum(file => 2 * file.Name.Length),
        AddressOffer offer => offer.Addresses.Sum(address => address.Length),
        _ => 0,
    };

    private static int ProofOf(Message message) => message is SessionWord word ? word.Proof.Length : 0;
}
