using System.Buffers;
using System.Net.Sockets;
using System.Text;

namespace ActorEtcd.Host.Logging;

/// <summary>Lines to systemd's journal by its own protocol: a datagram of fields, with the severity as syslog numbers it.</summary>
public sealed class JournalLogOutput : LogOutput
{
    /// <summary>Where systemd's journal listens.</summary>
    public const string SocketPath = "/run/systemd/journal/socket";

    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);

    /// <exception cref="IOException">Nobody listens there.</exception>
    public JournalLogOutput(string path = SocketPath)
    {
        try
        {
            _socket.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException error)
        {
            _socket.Dispose();
            throw new IOException($"cannot find systemd's journal at {path}: {error.Message}", error);
        }
    }

    public override void Write(LogSeverity severity, ReadOnlySpan<byte> line)
    {
        var fields = new ArrayBufferWriter<byte>();
        fields.Write(Encoding.ASCII.GetBytes($"PRIORITY={PriorityOf(severity)}\nSYSLOG_IDENTIFIER=actor-etcd\nMESSAGE="));
        fields.Write(line);
        try
        {
            _socket.Send(fields.WrittenSpan);
        }
        catch (SocketException)
        {
            // A journal that restarts loses lines; the server goes on.
        }
    }

    public override void Dispose() => _socket.Dispose();

    private static int PriorityOf(LogSeverity severity) => severity switch
    {
        LogSeverity.Debug => 7,
        LogSeverity.Info => 6,
        LogSeverity.Warn => 4,
        LogSeverity.Error => 3,
        _ => 2,
    };
}
