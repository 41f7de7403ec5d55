using Ferry.Protocol;
using Ferry.Protocol.Values;
using Ferry.Simulation.World;

namespace Ferry.Simulation.Node;

/// <summary>
/// What the users of two nodes do about pushes: the one offers, and offers again what the node forgot in a crash; the
/// other takes what is offered some time after hearing of it, and again after each start that finds it waiting.
/// </summary>
internal sealed class SimPushes(SimWorld world, SimNode node)
{
    private readonly List<OfferEntry> _made = [];
    private readonly List<SimContent> _contents = [];

    /// <summary>Each of them is at an end, and there is no other.</summary>
    public bool AreOver => node.Engine is { } engine && engine.Offers.All(entry => entry.IsOver)
        && _made.All(made => engine.Offers.Any(entry => entry.Key == made.Key));

    public void Push(SimContent content, SimNode to)
    {
        var key = new OfferKey(to.Id, new TransferId(world.Random.NextUInt128()), IsOwn: true);
        var entry = new OfferEntry(
            key, content.Id, content.Name, content.Bytes.Length, IsFolder: false, default, OfferState.Made);
        _made.Add(entry);
        _contents.Add(content);
        if (node.IsUp) node.Post(new Input.MakeOffer(entry));
    }

    public void Started(RecoveredState recovered)
    {
        foreach (var made in _made)
            if (recovered.Offers.All(offer => offer.Entry.Key != made.Key)) node.Post(new Input.MakeOffer(made));
        foreach (var offer in recovered.Offers) Heard(offer.Entry);
    }

    public void Told(Notice notice)
    {
        if (notice is Notice.OfferChanged changed) Heard(changed.Entry);
    }

    /// <summary>What each offer came to at both ends.</summary>
    public void CheckAtRest()
    {
        foreach (var (made, content) in _made.Zip(_contents))
        {
            var ours = node.Engine!.Offers.Single(entry => entry.Key == made.Key).State;
            var receiver = world.Nodes.Single(other => other.Id == made.Key.Peer);
            var key = new OfferKey(node.Id, made.Key.Offer, IsOwn: false);
            var theirs = receiver.Engine!.Offers.Single(entry => entry.Key == key).State;
            if ((ours, theirs) != (OfferState.Arrived, OfferState.Arrived))
                throw new SimFailure($"offers: {made.Name} is {ours} at {node.Name}, {theirs} at {receiver.Name}");
            var copies = receiver.Disk.Inspect(
                files => files.Count(file => file.Value.Seen.SequenceEqual(content.Bytes)));
            if (copies != 1) throw new SimFailure($"offers: {made.Name} is {copies} times at {receiver.Name}");
        }
        var stranger = node.Engine!.Offers.FirstOrDefault(entry => !entry.Key.IsOwn && world.Nodes.All(
            other => other.Id != entry.Key.Peer
                || other.User.Pushes._made.All(made => made.Key.Offer != entry.Key.Offer)));
        if (stranger is not null) throw new SimFailure($"offers: nobody made {stranger} at {node.Name}");
    }

    private void Heard(OfferEntry entry)
    {
        if (entry.Key.IsOwn || entry.State != OfferState.Waiting) return;
        var life = node.Life;
        world.After(world.Chance(3_000_000), () =>
        {
            if (node.Life == life && node.IsUp) node.Post(new Input.AnswerOffer(entry.Key, Accepts: true));
        });
    }
}
