using System.Net;
using System.Net.Sockets;

namespace Akka.Remote.Transport.Tcp;

/// <summary>One open connection to a peer: messages go out on it; acknowledgements and heartbeat answers come back.</summary>
internal sealed class OutboundConnection : IThreadPoolWorkItem, IDisposable
{
    private OutboundConnection(Stream stream, Welcome welcome, FailureDetector detector)
    {
        Stream = stream;
        Welcome = welcome;
        Detector = detector;
        detector.HeartBeat();
    }

    public Stream Stream { get; }

    public Welcome Welcome { get; }

    public FailureDetector Detector { get; }

    /// <summary>Whether a writer is at work. Guarded by the association's lock; a dead connection keeps its writer.</summary>
    public bool Writing { get; set; }

    /// <summary>Whether the writer at work has written already. Guarded by the same lock.</summary>
    public bool WroteOnce { get; set; }

    public Association Association { get; set; }

    public static async Task<OutboundConnection> Open(
        TcpSettings settings, Hello hello, Address route, FailureDetector detector, Link link, CancellationToken stopped)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(stopped);
        timeout.CancelAfter(settings.ConnectTimeout);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        Stream stream = null;
        try
        {
            await (link?.WaitUntilOpen(timeout.Token) ?? Task.CompletedTask).ConfigureAwait(false);
            settings.Apply(socket);
            var target = new DnsEndPoint(route.Host, route.Port ?? 0);
            await socket.ConnectAsync(target, timeout.Token).ConfigureAwait(false);
            stream = new NetworkStream(socket, ownsSocket: true);
            if (settings.Tls is { } tls)
            {
                stream = await tls.AuthenticateAsClient(stream, route.Host, timeout.Token).ConfigureAwait(false);
            }

            await stream.WriteAsync(hello.ToFrame(), timeout.Token).ConfigureAwait(false);
            var welcome = await ReadAnswer(stream, hello, timeout.Token).ConfigureAwait(false);
            return new OutboundConnection(stream, welcome, detector);
        }
        catch (Exception problem)
        {
            await Close(stream, socket).ConfigureAwait(false);
            if (problem is OperationCanceledException && !stopped.IsCancellationRequested)
            {
                throw new RemoteTransportException($"No connection to [{hello.To}] by [{route}] within {settings.ConnectTimeout}", problem);
            }

            throw;
        }
    }

    public void Dispose() => Stream.Dispose();

    void IThreadPoolWorkItem.Execute() => _ = Association.Write(this, onSendersThread: false);

    private static async Task Close(Stream stream, Socket socket)
    {
        if (stream is not null)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
        }

        socket.Dispose();
    }

    private static async Task<Welcome> ReadAnswer(Stream stream, Hello hello, CancellationToken cancellation)
    {
        var (kind, body) = await Handshake.ReadFrame(stream, cancellation).ConfigureAwait(false);
        switch (kind)
        {
            case FrameKind.Welcome:
                var welcome = Welcome.Read(body);
                return welcome.From == hello.To
                    ? welcome
                    : throw new RemoteTransportException($"[{hello.To}] answers as [{welcome.From}]");
            case FrameKind.Refuse:
                var refusal = Refusal.Read(body);
                throw new RefusedException(refusal.Reason, $"[{hello.To}] refused the connection: {refusal.Text}");
            default:
                throw new RemoteTransportException($"[{hello.To}] answered the handshake with frame {kind}");
        }
    }
}
