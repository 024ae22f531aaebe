using System.Threading.Channels;
using Akka.Actor;
using Xunit.Sdk;

namespace ActorEtcd.Specs.Akka.Actor;

/// <summary>An actor that keeps what it receives for the spec to ask for.</summary>
public sealed class Probe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Channel<(object Message, IActorRef Sender)> _received =
        Channel.CreateUnbounded<(object Message, IActorRef Sender)>();

    public Probe(ActorSystem system)
    {
        var writer = _received.Writer;
        Ref = system.ActorOf(Props.Create(() => new Recorder(writer)));
    }

    public IActorRef Ref { get; }

    public IActorRef LastSender { get; private set; } = ActorRefs.Nobody;

    public async Task<T> Expect<T>(string what = "")
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            (var message, LastSender) = await _received.Reader.ReadAsync(patience.Token);
            return message is T typed
                ? typed
                : throw new XunitException($"expected {typeof(T).Name} {what} but received {message}");
        }
        catch (OperationCanceledException)
        {
            throw new XunitException($"waited {Patience} for {typeof(T).Name} {what} and received nothing");
        }
    }

    public async Task Expect(object expected)
    {
        var message = await Expect<object>(expected.ToString()!);
        if (!Equals(expected, message))
        {
            throw new XunitException($"expected <{expected}> but received <{message}>");
        }
    }

    /// <summary>Sends a marker through the actor that is watched for silence, so no clock decides what "nothing" is.</summary>
    public async Task ExpectNothingBefore(object marker) => await Expect(marker);

    public void Watch(IActorRef subject) => Ref.Tell(new WatchRequest(subject), ActorRefs.NoSender);

    public Task Sync() => Ref.Ask<string>(SyncRequest.Instance, Patience);

    private sealed record WatchRequest(IActorRef Subject);

    private sealed record SyncRequest
    {
        public static readonly SyncRequest Instance = new();
    }

    private sealed class Recorder : UntypedActor
    {
        private readonly ChannelWriter<(object Message, IActorRef Sender)> _writer;

        public Recorder(ChannelWriter<(object Message, IActorRef Sender)> writer)
        {
            _writer = writer;
        }

        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case WatchRequest watch:
                    Context.Watch(watch.Subject);
                    break;
                case SyncRequest:
                    Sender.Tell("synced");
                    break;
                default:
                    _writer.TryWrite((message, Sender));
                    break;
            }
        }
    }
}
