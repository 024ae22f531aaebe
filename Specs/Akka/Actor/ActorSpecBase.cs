using Akka.Actor;
using Akka.Configuration;
using Xunit;

namespace ActorEtcd.Specs.Akka.Actor;

/// <summary>One silent actor system per spec, stopped when the spec is over.</summary>
public abstract class ActorSpecBase : IAsyncLifetime
{
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    protected ActorSpecBase(string config = "")
    {
        var quiet = ConfigurationFactory.ParseString("akka { loglevel = OFF, stdout-loglevel = OFF, log-dead-letters = off }");
        Sys = ActorSystem.Create("spec", ConfigurationFactory.ParseString(config).WithFallback(quiet));
    }

    protected ActorSystem Sys { get; }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await Sys.Terminate().WaitAsync(Patience);

    protected Probe NewProbe() => new(Sys);

    protected IActorRef Start(Action<object, IActorContext> onMessage) =>
        Sys.ActorOf(ScriptProps(onMessage));

    protected static Props ScriptProps(Action<object, IActorContext> onMessage) => Props.Create(() => new Script(onMessage));

    /// <summary>An actor whose whole behaviour is one function.</summary>
    protected sealed class Script : UntypedActor
    {
        private readonly Action<object, IActorContext> _onMessage;

        public Script(Action<object, IActorContext> onMessage)
        {
            _onMessage = onMessage;
        }

        protected override void OnReceive(object message) => _onMessage(message, Context);
    }
}
