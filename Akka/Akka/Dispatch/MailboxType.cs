namespace Akka.Dispatch;

public abstract class MailboxType
{
    protected readonly Config Config;
    protected readonly Settings Settings;

    protected MailboxType(Settings settings, Config config)
    {
        Settings = settings;
        Config = config;
    }

    public abstract IMessageQueue Create(IActorRef owner, ActorSystem system);
}
