namespace Akka.Event;

public readonly struct LogSource
{
    private LogSource(string source, Type type)
    {
        Source = source;
        Type = type;
    }

    public string Source { get; }

    public Type Type { get; }

    public static LogSource Create(object o) => o switch
    {
        IActorContext context => new LogSource(FromActor(context, context.System), SourceType(o)),
        IActorRef actorRef => new LogSource(FromActorRef(actorRef, null), SourceType(o)),
        string text => new LogSource(text, SourceType(o)),
        _ => new LogSource(Logging.SimpleName(o), SourceType(o)),
    };

    public static LogSource Create(object o, ActorSystem system) => o switch
    {
        IActorContext context => new LogSource(FromActor(context, system), SourceType(o)),
        IActorRef actorRef => new LogSource(FromActorRef(actorRef, system), SourceType(o)),
        string text => new LogSource(FromString(text, system), SourceType(o)),
        Type type => new LogSource(FromType(type, system), SourceType(o)),
        _ => new LogSource(FromType(o.GetType(), system), SourceType(o)),
    };

    public static LogSource Create(string source, Type t) => new(source, t);

    public static string FromActor(IActorContext actor, ActorSystem system) => FromActorRef(actor.Self, system);

    public static string FromActorRef(IActorRef a, ActorSystem system) =>
        system is ExtendedActorSystem extended
            ? a.Path.ToStringWithAddress(extended.Provider.DefaultAddress)
            : a.Path.ToString();

    public static string FromString(string source, ActorSystem system) => source + "(" + system + ")";

    public static string FromType(Type t, ActorSystem system) => t.Name + "(" + system + ")";

    public static Type SourceType(object o) => o switch
    {
        Type type => type,
        IActorContext context => context.Props.Type,
        IActorRef actorRef => actorRef.GetType(),
        string => typeof(DummyClassForStringSources),
        _ => o.GetType(),
    };
}
