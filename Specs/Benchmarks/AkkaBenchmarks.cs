using System.Diagnostics;
using System.Globalization;
using Akka.Actor;
using Akka.Configuration;

namespace ActorEtcd.Specs.Benchmarks;

/// <summary>
/// How fast messages travel: inside a system, and between two systems of one process over loopback. Each figure is
/// the best of several rounds, after a round that does not count.
/// </summary>
internal static class AkkaBenchmarks
{
    private const int Rounds = 5;
    private const string Message = "hit";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly (string Name, Func<Task<double>> Round)[] All =
    [
        ("local-tell", () => LocalTell(2_000_000)),
        ("local-ask", () => LocalAsk(200_000)),
        ("one-way", () => RemoteOneWay(500_000)),
        ("ping-pong-1", () => RemotePingPong(inFlight: 1, total: 20_000)),
        ("ping-pong-250", () => RemotePingPong(inFlight: 250, total: 250_000)),
    ];

    public static async Task Run(string[] names)
    {
        Console.WriteLine($"{typeof(ActorSystem).Assembly.GetName()} on {Environment.ProcessorCount} processors");
        foreach (var (name, round) in All)
        {
            if (names.Length > 0 && !names.Contains(name))
            {
                continue;
            }

            await round();
            var rates = new List<double>();
            for (var i = 0; i < Rounds; i++)
            {
                rates.Add(await round());
            }

            rates.Sort();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name,-14} best {rates[^1],12:N0}/s   median {rates[Rounds / 2],12:N0}/s"));
        }
    }

    public static async Task<double> LocalTell(int total)
    {
        using var system = ActorSystem.Create("local", Quiet);
        var done = NewPromise();
        var counter = system.ActorOf(Props.Create(() => new Counter(total, done)));
        return await Measure(total, done, () => TellAll(counter, total), system);
    }

    public static async Task<double> LocalAsk(int total)
    {
        using var system = ActorSystem.Create("local", Quiet);
        var done = NewPromise();
        var echo = system.ActorOf(Props.Create(() => new Echo()));
        return await Measure(
            total,
            done,
            () => _ = Task.Run(async () =>
            {
                for (var i = 0; i < total; i++)
                {
                    await echo.Ask<string>(Message, Patience);
                }

                done.SetResult();
            }),
            system);
    }

    public static async Task<double> RemoteOneWay(int total)
    {
        using var receiver = ActorSystem.Create("receiver", Remoting);
        using var sender = ActorSystem.Create("sender", Remoting);
        var done = NewPromise();
        receiver.ActorOf(Props.Create(() => new Counter(total, done)), "counter");
        var counter = await Resolve(sender, receiver, "counter");
        return await Measure(total, done, () => TellAll(counter, total), sender, receiver);
    }

    public static async Task<double> RemotePingPong(int inFlight, int total)
    {
        using var server = ActorSystem.Create("server", Remoting);
        using var client = ActorSystem.Create("client", Remoting);
        server.ActorOf(Props.Create(() => new Echo()), "echo");
        var echo = await Resolve(client, server, "echo");
        var done = NewPromise();
        var pinger = client.ActorOf(Props.Create(() => new Pinger(echo, inFlight, total, done)));
        return await Measure(total, done, () => pinger.Tell(Start.Instance), client, server);
    }

    private static Config Quiet => ConfigurationFactory.ParseString("""
        akka.loglevel = ERROR
        akka.log-dead-letters = off
        akka.coordinated-shutdown.exit-clr = off
        """);

    private static Config Remoting => ConfigurationFactory.ParseString("""
        akka.actor.provider = remote
        akka.remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
        """).WithFallback(Quiet);

    private static TaskCompletionSource NewPromise() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static void TellAll(IActorRef receiver, int total)
    {
        for (var i = 0; i < total; i++)
        {
            receiver.Tell(Message, ActorRefs.NoSender);
        }
    }

    private static async Task<double> Measure(int total, TaskCompletionSource done, Action start, params ActorSystem[] systems)
    {
        var clock = Stopwatch.StartNew();
        start();
        await done.Task.WaitAsync(Patience);
        var rate = total / clock.Elapsed.TotalSeconds;
        await Task.WhenAll(systems.Select(system => system.Terminate()));
        return rate;
    }

    private static async Task<IActorRef> Resolve(ActorSystem from, ActorSystem to, string name)
    {
        var address = ((ExtendedActorSystem)to).Provider.DefaultAddress;
        var path = new RootActorPath(address) / "user" / name;
        return await from.ActorSelection(path).ResolveOne(Patience);
    }

    private sealed class Start
    {
        public static readonly Start Instance = new();
    }

    private sealed class Counter : UntypedActor
    {
        private readonly TaskCompletionSource _done;
        private int _left;

        public Counter(int total, TaskCompletionSource done)
        {
            _left = total;
            _done = done;
        }

        protected override void OnReceive(object message)
        {
            if (--_left == 0)
            {
                _done.SetResult();
            }
        }
    }

    private sealed class Echo : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(message);
    }

    private sealed class Pinger : UntypedActor
    {
        private readonly IActorRef _echo;
        private readonly int _inFlight;
        private readonly TaskCompletionSource _done;
        private int _toSend;
        private int _toReceive;

        public Pinger(IActorRef echo, int inFlight, int total, TaskCompletionSource done)
        {
            _echo = echo;
            _inFlight = inFlight;
            _toSend = total;
            _toReceive = total;
            _done = done;
        }

        protected override void OnReceive(object message)
        {
            if (message is Start)
            {
                for (var i = 0; i < _inFlight; i++)
                {
                    Send();
                }
            }
            else if (--_toReceive == 0)
            {
                _done.SetResult();
            }
            else
            {
                Send();
            }
        }

        private void Send()
        {
            if (_toSend > 0)
            {
                _toSend--;
                _echo.Tell(Message);
            }
        }
    }
}
