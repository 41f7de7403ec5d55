using Ferry.App.Control;
using Ferry.App.Output;
using Ferry.Runtime;

namespace Ferry.App.Commands;

/// <summary>Tells a person (or a script) how offers go on.</summary>
internal sealed class SendView(CommandContext context)
{
    private readonly Screen _screen = context.Screen;
    private readonly ProgressLine _progress = new(context.Screen, context.Time);
    private readonly HashSet<string> _kept = [];
    private readonly HashSet<string> _accepted = [];

    public ExitCode Result { get; private set; } = ExitCode.Done;

    public void Show(OfferInfo offer)
    {
        _screen.Json(offer, ControlJson.Default.OfferInfo);
        switch (offer.State)
        {
            case OfferPhase.Made:
                _kept.Add(offer.Offer);
                var id = ShortId.Of(offer.Offer);
                _screen.Line($"Offering {What(offer)} to {To(offer)} as transfer {id}.");
                break;
            case OfferPhase.Waiting:
                _screen.Note($"{To(offer)} knows of {offer.Name}, and has not said yes or no.");
                break;
            case OfferPhase.Accepted when _accepted.Add(offer.Offer):
                _screen.Note($"{To(offer)} accepts {offer.Name}.");
                break;
            case OfferPhase.Accepted:
                _progress.Show(offer.Name, Progress(offer));
                break;
            case OfferPhase.Arrived:
                _progress.Clear();
                _screen.Line($"{offer.Name} has arrived whole at {To(offer)}.");
                break;
            case OfferPhase.Refused:
                Fail(ExitCode.Refused, $"{To(offer)} refuses {offer.Name}");
                break;
            case OfferPhase.Cancelled:
                Fail(ExitCode.Failed, $"{To(offer)} has given {offer.Name} up: ask there why, and send it again");
                break;
            case OfferPhase.Withdrawn:
                Fail(ExitCode.Failed, $"{offer.Name} is not offered to {To(offer)} any more: it was taken back");
                break;
        }
    }

    public void SayInterrupted()
    {
        _progress.Clear();
        _screen.Error(_kept.Count == 0
            ? "interrupted before anything was offered"
            : $"what was offered goes on in the node: '{context.Typed("transfers")}' shows it, " +
                $"'{context.Typed("cancel " + ShortId.Of(_kept.First()))}' takes it back");
    }

    public void Close() => _progress.Clear();

    private void Fail(ExitCode code, string sentence)
    {
        _progress.Clear();
        _screen.Error(sentence);
        // That somebody does not want it says more than that something went wrong.
        if (Result != ExitCode.Refused) Result = code;
    }

    private static RequestEvent.Progress Progress(OfferInfo offer)
    {
        double? left = offer.Rate > 0 ? (offer.Size - offer.DoneBytes) / offer.Rate : null;
        return new RequestEvent.Progress(offer.DoneBytes, offer.Size, offer.Rate, left, TransferPhase.Running, []);
    }

    private static string What(OfferInfo offer) =>
        $"{FileNames.Shown(offer.Name, offer.Kind)} ({Units.Size(offer.Size)})";

    private static string To(OfferInfo offer) =>
        offer.Nickname.Length == 0 ? ShortId.Of(offer.Node) : $"{offer.Nickname} ({ShortId.Of(offer.Node)})";
}
