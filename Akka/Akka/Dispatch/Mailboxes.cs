using System.Collections.Concurrent;
using Akka.Annotations;
using Akka.Util.Reflection;

namespace Akka.Dispatch;

/// <summary>Chooses the mailbox of an actor from its props, its dispatcher and what its type requires.</summary>
public class Mailboxes
{
    public static readonly string DefaultMailboxId = "akka.actor.default-mailbox";
    public static readonly string NoMailboxRequirement = "";

    private readonly ActorSystem _system;
    private readonly ConcurrentDictionary<string, MailboxType> _byId = new();
    private readonly ConcurrentDictionary<Type, Type> _required = new();
    private readonly Lazy<Dictionary<Type, string>> _requirements;
    private readonly Lazy<MailboxType> _default;

    public Mailboxes(ActorSystem system)
    {
        _system = system;
        DeadLetterMailbox = new DeadLetterMailbox(system.DeadLetters);
        _requirements = new Lazy<Dictionary<Type, string>>(ReadRequirements);
        _default = new Lazy<MailboxType>(() => Lookup(DefaultMailboxId));
    }

    public DeadLetterMailbox DeadLetterMailbox { get; }

    public MailboxType GetMailboxType(Props props, Config dispatcherConfig)
    {
        if (props.Mailbox is not null && props.Mailbox != Deploy.NoMailboxGiven && props.Mailbox != DefaultMailboxId)
        {
            return Lookup(props.Mailbox);
        }

        if (dispatcherConfig is not null && dispatcherConfig.HasPath("mailbox-type"))
        {
            return CreateType(dispatcherConfig.WithFallback(_system.Settings.Config.GetConfig(DefaultMailboxId)), "dispatcher");
        }

        var requirement = dispatcherConfig?.GetString("mailbox-requirement", NoMailboxRequirement);
        if (!string.IsNullOrEmpty(requirement))
        {
            return LookupByQueueType(TypeCache.GetType(requirement));
        }

        var required = GetRequiredType(props.Type);
        return required is null ? _default.Value : LookupByQueueType(required);
    }

    public Type GetRequiredType(Type actorType) => _required.GetOrAdd(actorType, static type => FindRequired(type));

    public bool HasRequiredType(Type actorType) => GetRequiredType(actorType) is not null;

    public MailboxType Lookup(string id) => _byId.GetOrAdd(id, CreateById);

    public MailboxType LookupByQueueType(Type queueType) =>
        _requirements.Value.TryGetValue(queueType, out var id)
            ? Lookup(id)
            : throw new ConfigurationException($"Mailbox mapping for [{queueType}] not configured");

    public bool ProducesMessageQueue(Type mailboxType) => mailboxType.GetInterfaces()
        .Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IProducesMessageQueue<>));

    /// <summary>How many messages a stash may hold; the mailbox's own setting counts before the default.</summary>
    [InternalApi]
    public int StashCapacity(string dispatcher, string mailbox)
    {
        var config = _system.Settings.Config;
        foreach (var id in new[] { mailbox, dispatcher, DefaultMailboxId })
        {
            if (!string.IsNullOrEmpty(id) && config.HasPath(id + ".stash-capacity"))
            {
                return config.GetInt(id + ".stash-capacity", -1);
            }
        }

        return -1;
    }

    private static Type FindRequired(Type actorType)
    {
        Type found = null;
        foreach (var candidate in actorType.GetInterfaces())
        {
            if (!candidate.IsGenericType || candidate.GetGenericTypeDefinition() != typeof(IRequiresMessageQueue<>))
            {
                continue;
            }

            var semantics = candidate.GetGenericArguments()[0];
            if (found is null || found.IsAssignableFrom(semantics))
            {
                found = semantics;
            }
        }

        return found;
    }

    private MailboxType CreateById(string id)
    {
        if (id == "unbounded")
        {
            return new UnboundedMailbox();
        }

        if (id == "bounded")
        {
            return new BoundedMailbox(_system.Settings, _system.Settings.Config.GetConfig(DefaultMailboxId));
        }

        var config = _system.Settings.Config;
        if (!config.HasPath(id))
        {
            throw new ConfigurationException($"Mailbox Type [{id}] not configured");
        }

        var own = config.GetConfig(id);
        return CreateType(id == DefaultMailboxId ? own : own.WithFallback(config.GetConfig(DefaultMailboxId)), id);
    }

    private MailboxType CreateType(Config config, string id)
    {
        var name = config.GetString("mailbox-type", null);
        if (string.IsNullOrEmpty(name))
        {
            throw new ConfigurationException($"The setting mailbox-type defined in [{id}] is empty");
        }

        var type = TypeCache.GetType(name);
        return type == typeof(UnboundedMailbox)
            ? new UnboundedMailbox(_system.Settings, config)
            : (MailboxType)Activator.CreateInstance(type, _system.Settings, config);
    }

    private Dictionary<Type, string> ReadRequirements()
    {
        var map = new Dictionary<Type, string>();
        var config = _system.Settings.Config.GetConfig("akka.actor.mailbox.requirements");
        foreach (var (name, value) in config.AsEnumerable())
        {
            map[TypeCache.GetType(name.Trim('"'))] = value.GetString();
        }

        return map;
    }
}
