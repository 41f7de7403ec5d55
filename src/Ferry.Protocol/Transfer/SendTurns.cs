using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Transfer;

// Uploads with a piece to send are queued by next hop. When the links to that neighbour have no room, the first upload
// of the queue finds out for all of them, so an input costs the same beside one upload and beside five hundred.
//
// A queue is tried again when there may be room: an upload joins it, a link to its neighbour has sent something, was
// measured, came up or went down. No event tells that a link has stalled and a standby link may take over; so a queue
// that waits is also tried each second, and then every upload in it, since the bytes left to send of one may keep it
// from a slow link that another may use.

/// <summary>Which upload sends the next piece: round robin among those with the same next hop.</summary>
internal sealed class SendTurns(Deadlines deadlines, PathFinder pathTo, PieceRoomFinder roomFor)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly Dictionary<NodeId, SendQueue> _queues = [];
    private readonly Queue<SendQueue> _ready = [];

    /// <summary>The upload has a piece to send. Without a route it joins when the requester gets a next hop.</summary>
    public void Join(Upload upload)
    {
        if (upload.Turn.List is not null || pathTo(upload.Requester)?.NextHop is not { } nextHop) return;
        if (!_queues.TryGetValue(nextHop, out var queue))
            _queues.Add(nextHop, queue = new SendQueue(nextHop, deadlines));
        queue.Waiting.AddLast(upload.Turn);
        Ready(queue);
    }

    /// <summary>The upload has ended, or its next hop has changed.</summary>
    public void Leave(Upload upload) => upload.Turn.List?.Remove(upload.Turn);

    /// <summary>A link to this neighbour may have room.</summary>
    public void OnRoom(NodeId neighbour)
    {
        if (_queues.TryGetValue(neighbour, out var queue)) Ready(queue);
    }

    public void OnRetry(SendQueue queue)
    {
        queue.TriesAll = true;
        Ready(queue);
    }

    /// <summary>The next piece, for a link that has room; null when there is none.</summary>
    public (LinkId Link, FileTransfer Piece, ContentId Content)? Next(Instant now)
    {
        while (_ready.TryPeek(out var queue))
        {
            if (Next(now, queue) is { } next) return next;
            _ready.Dequeue();
            (queue.IsReady, queue.TriesAll) = (false, false);
            if (queue.Waiting.Count > 0)
            {
                queue.Retry.Arm(now + RetryAfter);
                continue;
            }
            queue.Retry.Disarm();
            _queues.Remove(queue.Neighbour);
        }
        return null;
    }

    private (LinkId Link, FileTransfer Piece, ContentId Content)? Next(Instant now, SendQueue queue)
    {
        for (var turn = queue.Waiting.First; turn is not null;)
        {
            var (here, upload) = (turn, turn.Value);
            turn = turn.Next;
            if (upload.Running is not { HasPieceToSend: true } running)
            {
                queue.Waiting.Remove(here);
                continue;
            }
            var room = roomFor(now, upload.Requester, running.LeftBytes);
            if (room.Link is { } link)
            {
                queue.Waiting.Remove(here);
                queue.Waiting.AddLast(here);
                return (link, upload.NextPiece(running, room.PieceBytesMax), upload.Content);
            }
            if (!room.OnSomeLinksOnly && !queue.TriesAll) return null;
        }
        return null;
    }

    private void Ready(SendQueue queue)
    {
        if (queue.IsReady) return;
        queue.IsReady = true;
        _ready.Enqueue(queue);
    }
}
