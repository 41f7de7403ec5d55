namespace Ferry.Transports.Bluetooth;

/// <summary>How much the radio carries: an inquiry takes most of its time, and a transfer goes first.</summary>
internal sealed class RadioTraffic(TimeProvider time)
{
    /// <summary>In one to two seconds. Heartbeats and searches stay far below; the slowest transfer does not.</summary>
    private const long BulkBytes = 16 * 1024;

    private readonly Lock _gate = new();
    private long _second;
    private long _bytes;
    private long _bytesBefore;

    public bool IsBusy
    {
        get
        {
            lock (_gate)
            {
                Turn();
                return _bytes + _bytesBefore > BulkBytes;
            }
        }
    }

    public void Count(int bytes)
    {
        lock (_gate)
        {
            Turn();
            _bytes += bytes;
        }
    }

    /// <summary>Under the lock: begins a new second when there is one.</summary>
    private void Turn()
    {
        var second = time.GetTimestamp() / time.TimestampFrequency;
        if (second == _second) return;
        _bytesBefore = second == _second + 1 ? _bytes : 0;
        _bytes = 0;
        _second = second;
    }
}
