using System.Runtime.InteropServices;

namespace Ferry.Transports.Bluetooth.DBus;

/// <summary>
/// The part of libdbus-1 that Ferry uses. Every machine with BlueZ has the library; it is loaded at the first call, so
/// that one without it misses service discovery and nothing else.
/// </summary>
internal static partial class LibDBus
{
    private const string Library = "libdbus-1.so.3";

    public const int SystemBus = 1;

    // DBUS_TYPE_…: the letters of the D-Bus specification.
    public const int Invalid = 0, Array = 'a', Boolean = 'b', Byte = 'y', DictEntry = 'e', Double = 'd', Int16 = 'n',
        Int32 = 'i', Int64 = 'x', ObjectPath = 'o', Signature = 'g', String = 's', Struct = 'r', UInt16 = 'q',
        UInt32 = 'u', UInt64 = 't', Variant = 'v';

    [LibraryImport(Library, EntryPoint = "dbus_threads_init_default")]
    public static partial int InitThreads();

    [LibraryImport(Library, EntryPoint = "dbus_error_free")]
    public static partial void FreeError(ref Error error);

    [LibraryImport(Library, EntryPoint = "dbus_bus_get_private")]
    public static partial nint OpenBus(int which, ref Error error);

    [LibraryImport(Library, EntryPoint = "dbus_connection_set_exit_on_disconnect")]
    public static partial void SetExitOnDisconnect(nint connection, int exit);

    [LibraryImport(Library, EntryPoint = "dbus_connection_read_write_dispatch")]
    public static partial int ReadWriteDispatch(nint connection, int timeoutMilliseconds);

    [LibraryImport(Library, EntryPoint = "dbus_connection_get_is_connected")]
    public static partial int IsConnected(nint connection);

    [LibraryImport(Library, EntryPoint = "dbus_connection_close")]
    public static partial void Close(nint connection);

    [LibraryImport(Library, EntryPoint = "dbus_connection_unref")]
    public static partial void ReleaseConnection(nint connection);

    [LibraryImport(
        Library, EntryPoint = "dbus_message_new_method_call", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint NewCall(string destination, string path, string @interface, string method);

    [LibraryImport(Library, EntryPoint = "dbus_message_unref")]
    public static partial void ReleaseMessage(nint message);

    [LibraryImport(Library, EntryPoint = "dbus_connection_send_with_reply_and_block")]
    public static partial nint CallAndWait(nint connection, nint message, int timeoutMilliseconds, ref Error error);

    [LibraryImport(Library, EntryPoint = "dbus_message_iter_init_append")]
    public static partial void BeginAppending(nint message, ref Cursor cursor);

    [LibraryImport(Library, EntryPoint = "dbus_message_iter_append_basic")]
    public static partial int AppendBasic(ref Cursor cursor, int type, ref nint value);

    [LibraryImport(
        Library, EntryPoint = "dbus_message_iter_open_container", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int OpenContainer(ref Cursor cursor, int type, string? signature, ref Cursor inner);

    [LibraryImport(Library, EntryPoint = "dbus_message_iter_close_container")]
    public static partial int CloseContainer(ref Cursor cursor, ref Cursor inner);

    [LibraryImport(Library, EntryPoint = "dbus_message_iter_init")]
    public static partial int BeginReading(nint message, ref Cursor cursor);

    [LibraryImport(Library, EntryPoint = "dbus_message_iter_get_arg_type")]
    public static partial int TypeAt(ref Cursor cursor);

    [LibraryImport(Library, EntryPoint = "dbus_message_iter_next")]
    public static partial int Next(ref Cursor cursor);

    [LibraryImport(Library, EntryPoint = "dbus_message_iter_recurse")]
    public static partial void Enter(ref Cursor cursor, ref Cursor inner);

    [LibraryImport(Library, EntryPoint = "dbus_message_iter_get_basic")]
    public static partial void GetBasic(ref Cursor cursor, ref long value);

    /// <summary>DBusError: two texts, some bits, a spare pointer.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Error
    {
        public nint Name;
        public nint Message;
        private uint _bits;
        private nint _spare;
    }

    /// <summary>DBusMessageIter: 72 bytes of the library's own, with room to spare.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 128)]
    public struct Cursor
    {
        private nint _first;
    }
}
