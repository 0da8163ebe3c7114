{{- define "millrace.fullname" -}}
{{- if contains "millrace" .Release.Name }}{{ .Release.Name | trunc 40 | trimSuffix "-" }}{{ else }}{{ printf "%s-millrace" .Release.Name | trunc 40 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "millrace.selector" -}}
app.kubernetes.io/name: millrace
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "millrace.labels" -}}
{{ include "millrace.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "millrace.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}{{ with .Values.image.digest }}@{{ . }}{{ end }}
{{- end }}

{{/* Seconds of a duration such as 500ms, 30s, 10m, 24h or 30d, rounded up. */}}
{{- define "millrace.seconds" -}}
{{- $number := regexFind "^[0-9]+" . | int64 -}}
{{- $unit := regexFind "[a-z]+$" . -}}
{{- if eq $unit "ms" }}{{ div (add $number 999) 1000 }}
{{- else if eq $unit "s" }}{{ $number }}
{{- else if eq $unit "m" }}{{ mul $number 60 }}
{{- else if eq $unit "h" }}{{ mul $number 3600 }}
{{- else if eq $unit "d" }}{{ mul $number 86400 }}
{{- else }}{{ fail (printf "config.worker: %q is not a duration such as 30s or 10m" .) }}
{{- end }}
{{- end }}

{{/* How long a worker may drain its calls, and a minute to write the last results. */}}
{{- define "millrace.workerGraceSeconds" -}}
{{- $worker := dig "worker" dict .Values.config -}}
{{- $drain := get $worker "drain_timeout" | default (dig "timeouts" "total" "10m" $worker) -}}
{{- add (include "millrace.seconds" $drain | int64) 60 -}}
{{- end }}

{{/* How long a client of the gateway may wait, and a minute. */}}
{{- define "millrace.gatewayGraceSeconds" -}}
{{- add (include "millrace.seconds" (dig "gateway" "timeout" "10m" .Values.config) | int64) 60 -}}
{{- end }}

{{/* An Ingress to a Service: (dict "root" $ "name" SUFFIX "values" INGRESS). Service, its port and the Ingress share the suffix. */}}
{{- define "millrace.ingress" }}
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {{ include "millrace.fullname" .root }}-{{ .name }}
  labels:
    {{- include "millrace.labels" .root | nindent 4 }}
  {{- with .values.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  {{- with .values.className }}
  ingressClassName: {{ . }}
  {{- end }}
  rules:
    - host: {{ required (printf "%s.ingress.host is required" .name) .values.host | quote }}
      http:
        paths:
          - path: /
            pathType: Prefix
            backend: { service: { name: {{ include "millrace.fullname" .root }}-{{ .name }}, port: { name: {{ .name }} } } }
  {{- with .values.tlsSecret }}
  tls:
    - { hosts: [{{ $.values.host | quote }}], secretName: {{ . }} }
  {{- end }}
{{- end }}

{{/* "true" if the gateway stores files in a bucket, and needs no volume. */}}
{{- define "millrace.gatewayBucket" -}}
{{- if hasPrefix "s3://" (dig "gateway" "files" "store" "" .Values.config) }}true{{ end -}}
{{- end }}

{{/* The configuration of all services, with the chart's own keys. */}}
{{- define "millrace.config" -}}
{{- $config := deepCopy .Values.config -}}
{{- $defaults := dict "worker" (dict "instance" "${POD_NAME}") -}}
{{- $fixed := dict "metrics" (dict "listen" "0.0.0.0:9464") -}}
{{- if .Values.gateway.enabled }}
{{- $fixed = merge $fixed (dict "gateway" (dict "listen" "0.0.0.0:8080")) -}}
{{- if not (include "millrace.gatewayBucket" .) }}
{{- $fixed = merge $fixed (dict "gateway" (dict "files" (dict "store" "file:/var/lib/millrace-files"))) -}}
{{- end }}
{{- end }}
{{- if .Values.retrieval.enabled }}
{{- $fixed = merge $fixed (dict "retrieval" (dict "index" "/var/lib/millrace/index")) -}}
{{- end }}
{{- toYaml (mergeOverwrite $defaults $config $fixed) -}}
{{- end }}

{{/* millrace.yaml of the services besides the sink: its section has passwords that only it needs. */}}
{{- define "millrace.configWithoutSink" -}}
{{- toYaml (omit (include "millrace.config" . | fromYaml) "sink") -}}
{{- end }}

{{/* millrace.yaml of the gateway, which reads the database of the sink as its own user. */}}
{{- define "millrace.gatewayConfig" -}}
{{- $config := include "millrace.configWithoutSink" . | fromYaml -}}
{{- toYaml (merge $config (dict "sink" (dict "jdbc_url" .Values.gateway.databaseUrl))) -}}
{{- end }}

{{/* millrace.yaml of a group of workers: (dict "root" $ "group" GROUP). */}}
{{- define "millrace.workerConfig" -}}
{{- $config := include "millrace.configWithoutSink" .root | fromYaml -}}
{{- $models := .group.models -}}
{{- if has "all" $models }}{{ $models = "all" }}{{ end -}}
{{- $worker := dict "models" $models -}}
{{- with .group.laneWeights }}{{ $_ := set $worker "lane_weights" . }}{{ end -}}
{{- toYaml (mergeOverwrite $config (dict "worker" $worker)) -}}
{{- end }}

{{- define "millrace.jobTopic" -}}
{{- $prefix := dig "topics" "prefix" "millrace." .root.Values.config -}}
{{ $prefix }}jobs.{{ regexReplaceAll "[^a-zA-Z0-9._-]" .model "_" }}.{{ .lane }}
{{- end }}

{{- define "millrace.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "millrace.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities: { drop: [ALL] }
{{- end }}

{{/* What the pods of all services share: (dict "root" $ "component" NAME). */}}
{{- define "millrace.podCommon" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  {{- include "millrace.podSecurity" .root | nindent 2 }}
{{- with .root.Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .root.Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
topologySpreadConstraints:
  {{- range list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
  - maxSkew: 1
    topologyKey: {{ . }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "millrace.selector" $.root | nindent 8 }}
        app.kubernetes.io/component: {{ $.component }}
  {{- end }}
{{- end }}

{{- define "millrace.podMetadata" -}}
labels:
  {{- include "millrace.labels" .root | nindent 2 }}
  app.kubernetes.io/component: {{ .component }}
  {{- with .root.Values.podLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
annotations:
  checksum/config: {{ .config | sha256sum }}
  {{- with .root.Values.podAnnotations }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{/* "true" if a service gets a secret: it is listed there, or the sections that the service needs refer to the secret:
     (dict "root" $ "component" NAME "secret" ENTRY "reference" PATTERN). */}}
{{- define "millrace.getsSecret" -}}
{{- if .secret.services -}}
{{- if has .component .secret.services }}true{{ end -}}
{{- else -}}
{{- $needed := .root.Values.config -}}
{{- range $section, $component := dict "providers" "worker" "sink" "sink" "gateway" "gateway" -}}
{{- if ne $component $.component }}{{ $needed = omit $needed $section }}{{ end -}}
{{- end -}}
{{- if eq .component "gateway" }}{{ $needed = append (list $needed) .root.Values.gateway.databaseUrl }}{{ end -}}
{{- if regexMatch .reference (toYaml $needed) }}true{{ end -}}
{{- end -}}
{{- end }}

{{/* Matches references to an environment variable: NAME. */}}
{{- define "millrace.variable" -}}
\$\{ {{- . -}} (}|:-)
{{- end }}

{{/* Matches references to a mounted secret: NAME. */}}
{{- define "millrace.secretFolder" -}}
/run/secrets/millrace/{{ . }}/
{{- end }}

{{/* Environment of a service: (dict "root" $ "component" NAME "javaOptions" TEXT). */}}
{{- define "millrace.env" -}}
env:
  - name: POD_NAME
    valueFrom: { fieldRef: { fieldPath: metadata.name } }
  {{- with .javaOptions }}
  - { name: MILLRACE_JAVA_OPTS, value: {{ . | quote }} }
  {{- end }}
  {{- range .root.Values.secrets.env }}
  {{- if include "millrace.getsSecret" (dict "root" $.root "component" $.component "secret" . "reference" (include "millrace.variable" .name)) }}
  - name: {{ .name }}
    valueFrom: { secretKeyRef: { name: {{ .secret | quote }}, key: {{ .key | quote }} } }
  {{- end }}
  {{- end }}
{{- end }}

{{/* Mounts of a service: (dict "root" $ "component" NAME). */}}
{{- define "millrace.mounts" -}}
- { name: config, mountPath: /etc/millrace, readOnly: true }
- { name: tmp, mountPath: /tmp }
{{- if .root.Values.plugins.claim }}
- { name: plugins, mountPath: /opt/millrace/plugins, readOnly: true }
{{- end }}
{{- range .root.Values.secrets.files }}
{{- if include "millrace.getsSecret" (dict "root" $.root "component" $.component "secret" . "reference" (include "millrace.secretFolder" .name)) }}
- { name: secret-{{ .name }}, mountPath: /run/secrets/millrace/{{ .name }}, readOnly: true }
{{- end }}
{{- end }}
{{- end }}

{{/* Volumes: (dict "root" $ "component" NAME "configMap" NAME "key" FILE). */}}
{{- define "millrace.volumes" -}}
- name: config
  configMap:
    name: {{ .configMap }}
    items: [{ key: {{ .key }}, path: millrace.yaml }]
# Native libraries of Kafka, RocksDB, SQLite and ONNX are unpacked here.
- { name: tmp, emptyDir: { sizeLimit: 1Gi } }
{{- with .root.Values.plugins.claim }}
- { name: plugins, persistentVolumeClaim: { claimName: {{ . | quote }}, readOnly: true } }
{{- end }}
{{- range .root.Values.secrets.files }}
{{- if include "millrace.getsSecret" (dict "root" $.root "component" $.component "secret" . "reference" (include "millrace.secretFolder" .name)) }}
- name: secret-{{ .name }}
  secret: { secretName: {{ .secret | quote }} }
{{- end }}
{{- end }}
{{- end }}

{{/* Probes; a service that waits for Kafka is alive and not ready: (dict "ready" PATH). */}}
{{- define "millrace.probes" -}}
startupProbe:
  httpGet: { path: /health/live, port: metrics }
  periodSeconds: 2
  failureThreshold: 90
livenessProbe:
  httpGet: { path: /health/live, port: metrics }
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
readinessProbe:
  httpGet: { path: {{ .ready }}, port: metrics }
  periodSeconds: 5
  timeoutSeconds: 5
{{- end }}
