import type { ConversationId, Person, Presence } from "@xiaoer/protocol";
import { Badge, Form, Input, Modal, Segmented, Select } from "antd";
import { useDesk, useDeskState } from "../desk/desk-room.tsx";
import { useWords } from "../words/language.tsx";
import { useActing } from "./acting.ts";
import { colleagues, skillsOnDuty } from "./receivers.ts";

interface TransferForm {
  to: "person" | "skill";
  agent?: string;
  skill?: string;
  reason: string;
}

const BADGES = { available: "success", away: "warning", offline: "default" } as const satisfies Record<
  Presence,
  string
>;

export function TransferDialog(props: { conversation: ConversationId; open: boolean; onClose(): void }) {
  const words = useWords();
  const desk = useDesk();
  const people = useDeskState((state) => state.people);
  const me = useDeskState((state) => state.me?.agent);
  const [form] = Form.useForm<TransferForm>();
  const { busy, act } = useActing();

  const submit = async ({ to, agent, skill, reason }: TransferForm) => {
    const target = to === "person" ? { to_agent: agent ?? "" } : { to_skill: skill ?? "" };
    const work = desk.transfer(props.conversation, target, reason.trim());
    if (await act(work, words.conversation.transferred)) props.onClose();
  };

  return (
    <Modal
      open={props.open}
      title={words.transfer.title}
      okText={words.transfer.submit}
      cancelText={words.conversation.cancel}
      confirmLoading={busy}
      onOk={form.submit}
      onCancel={props.onClose}
      destroyOnHidden
    >
      <Form<TransferForm>
        form={form}
        layout="vertical"
        requiredMark={false}
        preserve={false}
        initialValues={{ to: "person" }}
        onFinish={submit}
      >
        <Form.Item name="to">
          <Segmented
            block
            aria-label={words.transfer.to}
            options={[
              { value: "person", label: words.transfer.toPerson },
              { value: "skill", label: words.transfer.toSkill },
            ]}
          />
        </Form.Item>
        <Form.Item noStyle shouldUpdate={(before, now) => before.to !== now.to}>
          {({ getFieldValue }) =>
            getFieldValue("to") === "person" ? (
              <Form.Item
                name="agent"
                label={words.transfer.person}
                rules={[{ required: true, message: words.transfer.personMissing }]}
              >
                <Select
                  showSearch={{ optionFilterProp: "title" }}
                  notFoundContent={words.transfer.nobody}
                  options={colleagues(people, me).map((person) => ({
                    value: person.agent,
                    title: person.name,
                    label: <PersonChoice person={person} />,
                  }))}
                />
              </Form.Item>
            ) : (
              <Form.Item
                name="skill"
                label={words.transfer.skill}
                rules={[{ required: true, message: words.transfer.skillMissing }]}
              >
                <Select
                  options={skillsOnDuty(people, Object.keys(words.skill)).map(({ name, onDuty }) => ({
                    value: name,
                    label: `${words.skill[name] ?? name} · ${words.transfer.onDuty(onDuty)}`,
                  }))}
                />
              </Form.Item>
            )
          }
        </Form.Item>
        <Form.Item
          name="reason"
          label={words.transfer.reason}
          rules={[{ required: true, whitespace: true, message: words.transfer.reasonMissing }]}
        >
          <Input.TextArea rows={3} maxLength={500} showCount placeholder={words.transfer.reasonHint} />
        </Form.Item>
      </Form>
    </Modal>
  );
}

function PersonChoice({ person }: { person: Person }) {
  const words = useWords();
  const presence = words.frame.presence[person.status];
  return (
    <Badge
      status={BADGES[person.status]}
      text={`${person.name} · ${presence} · ${words.transfer.load(person.load)}`}
    />
  );
}
