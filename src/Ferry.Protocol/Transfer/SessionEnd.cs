namespace Ferry.Protocol.Transfer;

public enum SessionEnd : byte
{
    Requester = 1,
    Holder = 2,
}
