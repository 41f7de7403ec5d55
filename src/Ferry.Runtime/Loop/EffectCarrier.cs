using Ferry.Protocol;
using Ferry.Runtime.Links;
using Ferry.Runtime.Workers;

namespace Ferry.Runtime.Loop;

/// <summary>
/// Carries out the core's effects by queueing them with their owners. Effects for a link that is down are dropped: the
/// core has its <see cref="Input.LinkDown"/> already, or gets it next.
/// </summary>
internal sealed class EffectCarrier(LinkTable links, StorageWorkers workers, NoticeBoard notices)
{
    /// <summary>Called before the core handles an input: a link is started only once the core knows it.</summary>
    public void Before(Input input)
    {
        switch (input)
        {
            case Input.LinkUp up: links.Start(up.Link); break;
            case Input.LinkDown down: links.Remove(down.Link); break;
        }
    }

    public void CarryOut(Effect effect)
    {
        switch (effect)
        {
            case Effect.Send send:
                links.Find(send.Link)?.Send(send.Message);
                break;
            case Effect.Forward forward:
                if (links.Find(forward.Link) is { } pump) pump.SendBody(forward.From, forward.Head, forward.Body);
                else forward.Body.Dispose();
                break;
            case Effect.SendPiece piece:
                if (links.Find(piece.Link) is not null) workers.Post(piece);
                break;
            case Effect.Drop drop:
                drop.Body.Dispose();
                break;
            case Effect.CloseLink close:
                links.Find(close.Link)?.CloseAfterFlush(close.Reason, close.Text);
                break;
            case Effect.Store store:
                workers.Post(store.Request);
                break;
            case Effect.Tell tell:
                notices.Publish(tell.Notice);
                break;
            default:
                throw new InvalidOperationException($"no way to carry out {effect.GetType().Name}");
        }
    }
}
