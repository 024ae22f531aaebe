global using Akka.Actor;
global using Akka.Actor.Internal;
global using Akka.Configuration;
global using Akka.Dispatch;
global using Akka.Dispatch.MessageQueues;
global using Akka.Event;
global using Akka.Pattern;
global using Akka.Util;
