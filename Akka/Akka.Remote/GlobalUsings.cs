global using Akka.Actor;
global using Akka.Actor.Internal;
global using Akka.Annotations;
global using Akka.Configuration;
global using Akka.Dispatch.SysMsg;
global using Akka.Event;
