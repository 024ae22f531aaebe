namespace Akka.Event;

/// <summary>The mailbox of loggers: unbounded, and without dead letters for log events that come too late.</summary>
internal sealed class LoggerMailboxType : MailboxType, IProducesMessageQueue<LoggerMailboxType.LoggerQueue>
{
    public LoggerMailboxType(Settings settings, Config config)
        : base(settings, config)
    {
    }

    public override IMessageQueue Create(IActorRef owner, ActorSystem system) => new LoggerQueue(system);

    internal sealed class LoggerQueue(ActorSystem system) : IMessageQueue, IUnboundedMessageQueueSemantics, ILoggerMessageQueueSemantics
    {
        private readonly UnboundedMessageQueue _queue = new();

        public int Count => _queue.Count;

        public bool HasMessages => _queue.HasMessages;

        public void CleanUp(IActorRef owner, IMessageQueue deadletters)
        {
            while (_queue.TryDequeue(out var envelope))
            {
                system.Settings.StdoutLogger.Tell(envelope.Message, envelope.Sender);
            }
        }

        public void Enqueue(IActorRef receiver, Envelope envelope) => _queue.Enqueue(receiver, envelope);

        public bool TryDequeue(out Envelope envelope) => _queue.TryDequeue(out envelope);
    }
}
