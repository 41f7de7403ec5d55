using System.Runtime.InteropServices;

namespace Ferry.Transports.Bluetooth.DBus;

/// <summary>What Ferry sends to and reads from the bus: a few of D-Bus's types.</summary>
internal abstract record BusValue
{
    private BusValue() { }

    public sealed record Text(string Value) : BusValue;

    /// <summary>The name of an object.</summary>
    public sealed record Path(string Value) : BusValue;
    public sealed record Flag(bool Value) : BusValue;

    /// <summary>A whole number of any width. Only read.</summary>
    public sealed record Number(long Value) : BusValue;

    /// <summary>An array. Only texts are sent.</summary>
    public sealed record Items(IReadOnlyList<BusValue> Values) : BusValue;

    /// <summary>From names to values. Sent as <c>a{sv}</c>.</summary>
    public sealed record Table(IReadOnlyDictionary<string, BusValue> Entries) : BusValue
    {
        public BusValue? this[string name] => Entries.GetValueOrDefault(name);
    }

    /// <summary>Of a type that Ferry has no use for.</summary>
    public sealed record Other : BusValue;

    public void AppendTo(ref LibDBus.Cursor cursor)
    {
        switch (this)
        {
            case Text text: AppendText(ref cursor, LibDBus.String, text.Value); break;
            case Path path: AppendText(ref cursor, LibDBus.ObjectPath, path.Value); break;
            case Flag flag:
                nint value = flag.Value ? 1 : 0;
                Checked(LibDBus.AppendBasic(ref cursor, LibDBus.Boolean, ref value));
                break;
            case Items items: AppendAll(ref cursor, LibDBus.Array, "s", items.Values); break;
            case Table table: AppendTable(ref cursor, table); break;
            default: throw new InvalidOperationException($"{GetType().Name} is not sent.");
        }
    }

    /// <summary>What the cursor is at; variants are what is in them.</summary>
    public static BusValue Read(ref LibDBus.Cursor cursor)
    {
        var type = LibDBus.TypeAt(ref cursor);
        switch (type)
        {
            case LibDBus.String or LibDBus.Signature: return new Text(ReadText(ref cursor));
            case LibDBus.ObjectPath: return new Path(ReadText(ref cursor));
            case LibDBus.Boolean: return new Flag((uint)ReadBits(ref cursor) != 0);
            case LibDBus.Byte: return new Number((byte)ReadBits(ref cursor));
            case LibDBus.Int16: return new Number((short)ReadBits(ref cursor));
            case LibDBus.UInt16: return new Number((ushort)ReadBits(ref cursor));
            case LibDBus.Int32: return new Number((int)ReadBits(ref cursor));
            case LibDBus.UInt32: return new Number((uint)ReadBits(ref cursor));
            case LibDBus.Int64 or LibDBus.UInt64: return new Number(ReadBits(ref cursor));
            case LibDBus.Variant: return EnterAndRead(ref cursor);
            case LibDBus.Array: return ReadArray(ref cursor);
            default: return new Other();
        }
    }

    private string Signature => this switch
    {
        Text => "s",
        Flag => "b",
        Items => "as",
        _ => throw new InvalidOperationException($"{GetType().Name} is not sent in a table."),
    };

    private static void AppendText(ref LibDBus.Cursor cursor, int type, string text)
    {
        var bytes = Marshal.StringToCoTaskMemUTF8(text);
        try
        {
            Checked(LibDBus.AppendBasic(ref cursor, type, ref bytes));
        }
        finally
        {
            Marshal.FreeCoTaskMem(bytes);
        }
    }

    private static void AppendAll(
        ref LibDBus.Cursor cursor, int container, string? signature, IReadOnlyList<BusValue> values)
    {
        var inner = default(LibDBus.Cursor);
        Checked(LibDBus.OpenContainer(ref cursor, container, signature, ref inner));
        foreach (var value in values) value.AppendTo(ref inner);
        Checked(LibDBus.CloseContainer(ref cursor, ref inner));
    }

    private static void AppendTable(ref LibDBus.Cursor cursor, Table table)
    {
        var entries = default(LibDBus.Cursor);
        Checked(LibDBus.OpenContainer(ref cursor, LibDBus.Array, "{sv}", ref entries));
        foreach (var (name, value) in table.Entries)
        {
            var entry = default(LibDBus.Cursor);
            Checked(LibDBus.OpenContainer(ref entries, LibDBus.DictEntry, null, ref entry));
            AppendText(ref entry, LibDBus.String, name);
            AppendAll(ref entry, LibDBus.Variant, value.Signature, [value]);
            Checked(LibDBus.CloseContainer(ref entries, ref entry));
        }

        Checked(LibDBus.CloseContainer(ref cursor, ref entries));
    }

    private static BusValue ReadArray(ref LibDBus.Cursor cursor)
    {
        var inner = default(LibDBus.Cursor);
        LibDBus.Enter(ref cursor, ref inner);
        var items = new List<BusValue>();
        var entries = new Dictionary<string, BusValue>(StringComparer.Ordinal);
        var isTable = LibDBus.TypeAt(ref inner) == LibDBus.DictEntry;
        for (; LibDBus.TypeAt(ref inner) != LibDBus.Invalid; LibDBus.Next(ref inner))
        {
            if (isTable) ReadEntry(ref inner, entries);
            else items.Add(Read(ref inner));
        }

        return isTable ? new Table(entries) : new Items(items);
    }

    /// <summary>Keys that are not texts (numbers of manufacturers) are not looked up by anybody.</summary>
    private static void ReadEntry(ref LibDBus.Cursor cursor, Dictionary<string, BusValue> entries)
    {
        var entry = default(LibDBus.Cursor);
        LibDBus.Enter(ref cursor, ref entry);
        var key = Read(ref entry) switch { Text text => text.Value, Path path => path.Value, _ => null };
        LibDBus.Next(ref entry);
        if (key is not null) entries[key] = Read(ref entry);
    }

    private static BusValue EnterAndRead(ref LibDBus.Cursor cursor)
    {
        var inner = default(LibDBus.Cursor);
        LibDBus.Enter(ref cursor, ref inner);
        return Read(ref inner);
    }

    private static string ReadText(ref LibDBus.Cursor cursor) =>
        Marshal.PtrToStringUTF8((nint)ReadBits(ref cursor)) ?? "";

    private static long ReadBits(ref LibDBus.Cursor cursor)
    {
        var bits = 0L;
        LibDBus.GetBasic(ref cursor, ref bits);
        return bits;
    }

    /// <summary>The library says no only when it has no memory.</summary>
    private static void Checked(int succeeded)
    {
        if (succeeded == 0) throw new InvalidOperationException("libdbus has no memory left.");
    }
}
