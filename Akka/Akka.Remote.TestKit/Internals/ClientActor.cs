using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Event;
using Akka.Remote.Transport;

namespace Akka.Remote.TestKit.Internals;

/// <summary>A node's end of the control connection: asks for barriers and addresses, carries out commands.</summary>
internal sealed class ClientActor : UntypedActor
{
    // Small, so that the rate holds over short times too, but twice what runs in while a transport whose write was refused
    // waits before it tries again.
    private const double BucketSeconds = 0.1;

    private const double BytesPerMBit = 125_000;

    private readonly RoleName _name;
    private readonly Address _address;
    private readonly IPEndPoint _controller;
    private readonly TestConductorSettings _settings;
    private readonly RemoteTransport _transport;
    private readonly TaskCompletionSource<Done> _ready;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<string, IActorRef> _atBarrier = [];
    private readonly List<(string Role, IActorRef Asker)> _askers = [];
    private ControlConnection _connection;

    public ClientActor(
        RoleName name,
        Address address,
        IPEndPoint controller,
        TestConductorSettings settings,
        RemoteTransport transport,
        TaskCompletionSource<Done> ready)
    {
        _name = name;
        _address = address;
        _controller = controller;
        _settings = settings;
        _transport = transport;
        _ready = ready;
    }

    protected override void PreStart() => Connect().PipeTo(Self);

    protected override void PostStop()
    {
        _connection?.Dispose();
        _ready.TrySetException(new InvalidOperationException($"Node {_name.Name} ended before all nodes were there"));
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Socket socket:
                _connection = new ControlConnection(socket);
                _connection.Start(Self);
                _connection.Send(new ControlMessage.Hello(_name.Name, _address));
                break;
            case Status.Failure failure:
                _ready.TrySetException(failure.Cause);
                break;
            case ControlReceived received:
                Take(received.Message);
                break;
            case ControlClosed closed:
                Closed(closed.Cause);
                break;
            case ControlMessage when _connection is null:
                Sender.Tell(new Status.Failure(new InvalidOperationException("The conductor is not connected")));
                break;
            case ControlMessage.EnterBarrier enter:
                _atBarrier[enter.Name] = Sender;
                _connection.Send(enter);
                break;
            case ControlMessage.GetAddress get:
                _askers.Add((get.Role, Sender));
                _connection.Send(get);
                break;
            case ControlMessage.FailBarrier fail:
                _connection.Send(fail);
                break;
            case CommandDone done:
                _connection.Send(new ControlMessage.Done(done.Problem));
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Take(ControlMessage message)
    {
        switch (message)
        {
            case ControlMessage.Done { Problem: "" }:
                _ready.TrySetResult(Done.Instance);
                break;
            case ControlMessage.Done done:
                _ready.TrySetException(new InvalidOperationException($"The conductor refused: {done.Problem}"));
                break;
            case ControlMessage.BarrierResult result when _atBarrier.Remove(result.Name, out var waiting):
                waiting.Tell(result);
                break;
            case ControlMessage.AddressReply reply:
                _askers.FindAll(a => a.Role == reply.Role).ForEach(a => a.Asker.Tell(reply.Address));
                _askers.RemoveAll(a => a.Role == reply.Role);
                break;
            case ControlMessage.Throttle throttle:
                Manage(new SetThrottle(throttle.Target, throttle.Direction, ModeOf(throttle.RateMBit)));
                break;
            case ControlMessage.Disconnect disconnect:
                Manage(new ForceDisassociateExplicitly(disconnect.Target, DisassociateInfo.Unknown));
                break;
            case ControlMessage.Terminate terminate:
                End(terminate);
                break;
            default:
                _log.Warning("The conductor sent {0}, which is not expected", message);
                break;
        }
    }

    private static ThrottleMode ModeOf(float rateMBit) => rateMBit switch
    {
        < 0 => Unthrottled.Instance,
        0 => Blackhole.Instance,
        _ => new LinkRate(rateMBit * BytesPerMBit, BucketSeconds),
    };

    private void Manage(object command) => _transport.ManagementCommand(command).PipeTo(
        Self,
        success: taken => new CommandDone(taken ? string.Empty : $"no transport adapter takes {command.GetType().Name}"),
        failure: problem => new CommandDone(problem.Message));

    private void End(ControlMessage.Terminate terminate)
    {
        if (terminate.ExitValue is { } value)
        {
            _log.Debug("Ending the process with {0}, as the conductor says", value);
            Environment.Exit(value);
        }
        else if (terminate.Abort)
        {
            ((ExtendedActorSystem)Context.System).Abort();
        }
        else
        {
            _ = Context.System.Terminate();
        }
    }

    private void Closed(Exception cause)
    {
        _log.Debug("The connection with the conductor is closed: {0}", cause.Message);
        _connection = null;
        _ready.TrySetException(cause);
        foreach (var (name, waiting) in _atBarrier)
        {
            waiting.Tell(new ControlMessage.BarrierResult(name, false, "the conductor is gone"));
        }

        _atBarrier.Clear();
        foreach (var (_, asker) in _askers)
        {
            asker.Tell(new Status.Failure(cause));
        }

        _askers.Clear();
    }

    private async Task<Socket> Connect()
    {
        var start = Stopwatch.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            var socket = new Socket(_controller.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(_controller).ConfigureAwait(false);
                return socket;
            }
            catch (SocketException) when (attempt < _settings.ClientReconnects
                && Stopwatch.GetElapsedTime(start) < _settings.ConnectTimeout)
            {
                socket.Dispose();
            }

            await Task.Delay(_settings.ReconnectBackoff).ConfigureAwait(false);
        }
    }

    private sealed record CommandDone(string Problem);
}
