using System.Net;
using System.Net.Sockets;
using Akka.Actor;

namespace Akka.Remote.TestKit.Internals;

/// <summary>Takes the connections of the nodes for the controller.</summary>
internal sealed class ControlListener : IDisposable
{
    private const int Backlog = 100;

    private readonly Socket _socket;

    private ControlListener(Socket socket)
    {
        _socket = socket;
    }

    public IPEndPoint EndPoint => (IPEndPoint)_socket.LocalEndPoint;

    public static ControlListener Open(IPEndPoint endPoint)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(endPoint);
        socket.Listen(Backlog);
        return new ControlListener(socket);
    }

    public void Start(IActorRef controller) => _ = Task.Run(() => Accept(controller));

    public void Dispose() => _socket.Dispose();

    private async Task Accept(IActorRef controller)
    {
        try
        {
            while (true)
            {
                var socket = await _socket.AcceptAsync().ConfigureAwait(false);
                new ControlConnection(socket).Start(controller);
            }
        }
        catch (Exception problem) when (problem is ObjectDisposedException or SocketException)
        {
            // The controller has ended, and the listener with it.
        }
    }
}
